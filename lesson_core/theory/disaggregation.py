"""Prefill and decode on machines of their own: what the move costs, and what staying costs.

Disaggregated, a prompt's keys and values travel once to the decoding machine. Together, the same
prompt holds up everybody's next token: whole, by its prefill; in chunks, by a chunk at a time.
"""

from dataclasses import dataclass, replace

from lesson_core.theory import efficiency, serving
from lesson_core.theory.serving import Wish
from lesson_core.theory.wires import WIRES

WAYS = ("alone", "whole", "chunked", "apart")


@dataclass(frozen=True)
class Gap:
    """What a new prompt of a neighbour does: the longest gap between two tokens of the others,
    and the new request's time to its first token."""

    longest_s: float
    ttft_s: float


def transfer_s(wish: Wish, wire: str) -> float:
    """Seconds to send the keys and values of a prompt over a wire, layers one after another."""
    made = serving.deployment(wish)
    size = made.model.kv_bytes(made.scheme, wish.prompt)
    return WIRES[wire].hop_s(size, made.hardware.link)


def gaps(wish: Wish, wire: str, chunk: int = 512) -> dict[str, Gap]:
    """`wish.batch` sequences decode while one more prompt of `wish.prompt` tokens arrives.

    A mixed step reads the weights once and does the arithmetic of its chunk and of the others.
    """
    made = serving.deployment(wish)
    context = wish.prompt + wish.answer / 2
    step = efficiency.decode(made, context, wish.batch).seconds
    prefill = efficiency.prefill(made, wish.prompt).seconds
    pieces = -(-wish.prompt // chunk)
    one = deployment_chunk(wish, chunk)
    weights = efficiency.decode(made, 0, 1).seconds
    mixed = max(step, step + one - weights)
    travel = transfer_s(wish, wire)
    return {
        "alone": Gap(step, prefill),
        "whole": Gap(step + prefill, prefill),
        "chunked": Gap(mixed, pieces * mixed),
        "apart": Gap(step, prefill + travel + step),
    }


def deployment_chunk(wish: Wish, chunk: int) -> float:
    """Seconds of the prefill of one chunk alone."""
    return efficiency.prefill(serving.deployment(replace(wish)), min(chunk, wish.prompt)).seconds
