"""The same two ways of sharing a model, on cards that are not here.

Tensor parallel is `theory.deployment` on n cards and a wire. A pipeline is its one-card step plus
the hand-overs: each stage reads its share, one after another, and with as many requests in flight
as stages all of them work. Whether a model fits on so few cards is `theory.serving`'s question.
"""

from dataclasses import dataclass, replace

from lesson_core.theory import efficiency, serving
from lesson_core.theory.deployment import Deployment
from lesson_core.theory.serving import Wish
from lesson_core.theory.wires import WIRES

CARDS = (1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Projected:
    """One request's time per token, and tokens per second of all requests; by cards."""

    cards: int
    tpot_s: float
    throughput: float
    fits: bool


def tensor(wish: Wish, wire: str) -> list[Projected]:
    """A step on n cards, for every n; a model has at least one KV head per card."""
    found = []
    for cards in CARDS:
        made = replace(serving.deployment(replace(wish, cards=cards)), wire=WIRES[wire])
        seconds = efficiency.decode(made, _context(wish), wish.batch).seconds
        found.append(_point(wish, cards, seconds, wish.batch / seconds))
    return found


def pipeline(wish: Wish, wire: str) -> list[Projected]:
    """The same with layers shared out; `batch` requests travel as one, n such groups in flight."""
    one = serving.deployment(replace(wish, cards=1))
    step = efficiency.decode(one, _context(wish), wish.batch).seconds
    found = []
    for cards in CARDS:
        hops = cards * hop_s(one, wish.batch, wire) if cards > 1 else 0.0
        found.append(_point(wish, cards, step + hops, cards * wish.batch / (step + hops)))
    return found


def hop_s(made: Deployment, batch: int, wire: str) -> float:
    """Handing the hidden states of a batch to the next card."""
    size = batch * made.model.config.d_model * 2
    return WIRES[wire].hop_s(size, made.hardware.link)


def _context(wish: Wish) -> float:
    return wish.prompt + wish.answer / 2


def _point(wish: Wish, cards: int, seconds: float, rate: float) -> Projected:
    fits = serving.memory(replace(wish, cards=cards)).fits
    return Projected(cards, seconds, rate, fits)
