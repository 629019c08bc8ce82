"""What would it take to serve a model: does it fit, how fast is it, what does a token cost.

Memory per card = weights / cards + keys and values of the batch / the cards that share them, and
a tenth of the card stays free for activations and fragments (vLLM's default). Keys and values are
shared out by KV heads: more cards than KV heads keep copies; a latent cache is copied to each.
Speed is `theory.efficiency`: published measurements' factors, with their band.
"""

import math
from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.theory import efficiency, schemes
from lesson_core.theory.architectures import Architecture
from lesson_core.theory.deployment import Deployment
from lesson_core.theory.efficiency import Estimate
from lesson_core.theory.hardware_table import Hardware, hardware
from lesson_core.theory.model_table import architecture
from lesson_core.theory.software import CLASSES

RESERVE = 0.1
"""Share of a card's memory that is left alone (vLLM: gpu_memory_utilization = 0.9)."""
MOST_CARDS, MOST_BATCH, MOST_TOKENS, MOST_DOLLARS = 1024, 100_000, 10_000_000, 100_000
FORMATS = ("bf16", "fp8", "int8", "int4-g128", "fp4", "Q8_0", "Q4_K_M")
KV_FORMATS = ("16 bit", "8 bit")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What someone wants to serve. `price` is dollars per card and hour, 0 if it is not asked."""

    model: str
    device: str
    cards: int = 1
    weights: str = "bf16"
    kv: str = "16 bit"
    software: str = "server"
    prompt: int = 1000
    answer: int = 200
    batch: int = 1
    price: float = 0.0

    def __post_init__(self) -> None:
        for name, most in (("cards", MOST_CARDS), ("batch", MOST_BATCH), ("prompt", MOST_TOKENS),
                           ("answer", MOST_TOKENS)):  # fmt: skip
            count = getattr(self, name)
            if not 1 <= count <= most:
                raise LabError(f"planner_{name}", value=f"{count:,}", limit=f"{most:,}")
        if not 0 <= self.price <= MOST_DOLLARS:  # NaN fails too
            raise LabError("planner_price", value=self.price, limit=f"{MOST_DOLLARS:,}")
        if self.device not in hardware():
            raise LabError("hardware_not_listed", name=self.device)
        longest = architecture(self.model).config.max_seq_len
        if self.prompt + self.answer > longest:
            tokens = f"{self.prompt + self.answer:,}"
            raise LabError("planner_context", tokens=tokens, limit=f"{longest:,}", model=self.model)


@dataclass(frozen=True, kw_only=True)
class Memory:
    """Bytes. `most` sequences fit beside the weights; `cards` would be enough for the batch."""

    weights: int
    sequence: float  # keys and values of one sequence at its full length
    usable: float  # of all cards together
    per_card: float  # what one card holds for this wish
    most: int
    cards: int | None  # None: more than MOST_CARDS
    fits: bool


@dataclass(frozen=True, kw_only=True)
class Speed:
    """Estimates; `ttft` is None where no peak FLOP/s is listed, `cost` where no price was given."""

    ttft: Estimate | None  # of one prompt alone
    tpot: Estimate  # a step of the whole batch, in the middle of its answers
    throughput: Estimate  # tokens per second of all sequences, prefills included where known
    cost: Estimate | None  # dollars per million tokens of answer


def deployment(wish: Wish) -> Deployment:
    """The wish as something that can be predicted."""
    software = CLASSES[wish.software]
    kv = "fp8" if wish.kv == "8 bit" else ""
    scheme = schemes.named(wish.weights, kv, packs_head=software.packs_head)
    if scheme is None:
        raise LabError("precision_not_listed", name=wish.device, precision=wish.weights)
    return Deployment(
        model=architecture(wish.model), hardware=hardware()[wish.device], cards=wish.cards,
        scheme=scheme, software=software,
    )  # fmt: skip


def memory(wish: Wish) -> Memory:
    """Whether it fits, and what would."""
    made = deployment(wish)
    weights = made.model.stored_bytes(made.scheme)
    sequence = made.model.kv_bytes(made.scheme, wish.prompt + wish.answer)
    room = made.hardware.memory_bytes * (1 - RESERVE)  # of one card

    def held(cards: int, batch: int) -> float:
        return weights / cards + batch * sequence / _sharing(made, cards)

    left = room - weights / wish.cards
    most = max(0, math.floor(left * _sharing(made, wish.cards) / sequence))
    enough = (n for n in range(1, MOST_CARDS + 1) if held(n, wish.batch) <= room)
    return Memory(
        weights=weights, sequence=sequence, usable=room * wish.cards,
        per_card=held(wish.cards, wish.batch), most=most, cards=next(enough, None),
        fits=held(wish.cards, wish.batch) <= room,
    )  # fmt: skip


def speed(wish: Wish) -> Speed:
    """How fast it would be, and what a token costs; asked also of what does not fit."""
    made = deployment(wish)
    tpot = efficiency.decode(made, wish.prompt + wish.answer / 2, wish.batch)
    ttft = efficiency.prefill(made, wish.prompt) if made.peak else None
    steps = tpot.times(wish.answer)
    prefills = ttft.times(wish.batch) if ttft else Estimate(0.0, 0.0, 0.0)
    tokens = wish.batch * wish.answer
    whole = Estimate(
        steps.seconds + prefills.seconds, steps.low + prefills.low, steps.high + prefills.high
    )
    per_second = Estimate(tokens / whole.seconds, tokens / whole.high, tokens / whole.low)
    dollars = wish.price * wish.cards / 3600 / tokens * 1e6
    return Speed(
        ttft=ttft, tpot=tpot, throughput=per_second,
        cost=whole.times(dollars) if wish.price else None,
    )  # fmt: skip


def timeline(wish: Wish, tokens: int) -> list[float]:
    """Seconds at which each of the first `tokens` tokens would be there."""
    made = deployment(wish)
    at = [efficiency.prefill(made, wish.prompt).seconds if made.peak else 0.0]
    for step in range(1, tokens):
        at.append(at[-1] + efficiency.decode(made, wish.prompt + step, wish.batch).seconds)
    return at


def sparse_peak(device: Hardware) -> float | None:
    """FLOP/s that a data sheet prints for 16 bit: with 2:4 sparsity, twice what dense products get.

    Only NVIDIA's since Ampere do.
    """
    dense = device.flops.get("bf16")
    doubled = device.name.startswith(("A1", "A4", "A8", "H", "L", "B2", "GB2", "RTX"))
    return 2 * dense if dense and doubled else None


def _sharing(made: Deployment, cards: int) -> int:
    """Cards among which the keys and values of a sequence are divided."""
    model: Architecture = made.model
    if made.software.layer_split:
        return cards
    return 1 if model.latent else min(cards, model.config.n_kv_heads)
