"""Prefill and decode on machines of their own: what the move costs, and what staying costs.

Disaggregated, a prompt's keys and values travel once to the decoding machine, between the first
token and the second. Together, the same prompt holds up everybody's next token: whole, by its
prefill; in chunks, by a chunk at a time. `serve.disaggregated` plays the same through a scheduler.
"""

from dataclasses import dataclass

from lesson_core.theory.deployment import Deployment
from lesson_core.theory.step_time import StepLoad, StepPrices, prompt_pairs
from lesson_core.theory.wires import Wire


@dataclass(frozen=True)
class Gap:
    """What one more prompt does, in seconds: the longest gap between two tokens of the others,
    the new request's time to its first token, and from there to its second."""

    longest_s: float
    ttft_s: float
    second_s: float


@dataclass(frozen=True, kw_only=True)
class Others:
    """`count` sequences that decode while the prompt comes, each with `context` tokens behind."""

    count: int
    context: int

    def step(self, chunk: int = 0, start: int = 0) -> StepLoad:
        """Their step, together with `chunk` tokens of a prompt whose first `start` are done."""
        return StepLoad(
            rows=self.count + chunk, sequences=self.count + bool(chunk), prompts=int(bool(chunk)),
            context=self.count * self.context, pairs=prompt_pairs(start, chunk),
        )  # fmt: skip


def kv_bytes(made: Deployment, tokens: int) -> float:
    """Bytes of the keys and values of a prompt: what has to travel."""
    return made.model.kv_bytes(made.scheme, tokens)


def transfer_s(made: Deployment, tokens: int, wire: Wire) -> float:
    """Seconds to send the keys and values of a prompt, after the whole of it is computed."""
    return wire.hop_s(kv_bytes(made, tokens), made.hardware.link)


def whole(prices: StepPrices, others: Others, prompt: int) -> Gap:
    """The prompt goes alone, and everybody waits for it."""
    step, prefill = prices.seconds(others.step()), _prefill(prices, prompt)
    return Gap(prefill + step, prefill, step)


def chunked(prices: StepPrices, others: Others, prompt: int, chunk: int) -> Gap:
    """A piece of the prompt in every step of the others; the last one looks back farthest."""
    mixed = [
        prices.seconds(others.step(min(chunk, prompt - start), start))
        for start in range(0, prompt, chunk)
    ]
    return Gap(max(mixed), sum(mixed), prices.seconds(others.step()))


def apart(prices: StepPrices, others: Others, prompt: int, travel_s: float) -> Gap:
    """The prompt is read elsewhere: the others never see it, its second token awaits the wire."""
    step = prices.seconds(others.step())
    return Gap(step, _prefill(prices, prompt), travel_s + step)


def _prefill(prices: StepPrices, prompt: int) -> float:
    return prices.seconds(Others(count=0, context=0).step(prompt))
