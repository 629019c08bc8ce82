"""How long one step of a serving engine takes, whatever mixture it works on.

    step = base(rows) + context · a + pairs · b + sequences · c + prompts · d + blocks moved · e

Rows are the new tokens of the step, of answers and prompts together: they go through the same
matrices. One row waits for the weights, five hundred for the arithmetic, and between them lies
what kernels make of it, so `base` is a curve through a price at each of a few row counts, straight
in between. Context are the tokens behind answers, whose keys and values are read once per step;
pairs are the positions that the tokens of a prompt look at, each one its own.

`fit` finds the prices ≥ 0 with the least squared relative error over timed steps. The same form
fits what `theory.efficiency` predicts for hardware that is not here.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lesson_core.schema.serving import WorkRecord
from lesson_core.theory import efficiency
from lesson_core.theory.calibrate import nonnegative
from lesson_core.theory.deployment import Deployment

KNOTS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192)
REST = ("context", "pairs", "sequences", "prompts")


@dataclass(slots=True, kw_only=True)
class StepLoad:
    """What a step has of each thing that costs time."""

    rows: int  # new tokens
    sequences: int  # answers and pieces of prompts
    prompts: int = 0  # pieces of prompts
    context: int = 0  # tokens that answers look back at, their own included
    pairs: int = 0  # (new token of a prompt, position it looks at)
    moved: int = 0  # blocks copied, or swapped in or out


@dataclass(frozen=True, kw_only=True)
class StepPrices:
    """Seconds: of a step of `knots[i]` rows, and per unit of the rest."""

    knots: tuple[int, ...]
    base: tuple[float, ...]
    context: float
    pairs: float
    sequences: float
    prompts: float = 0.0
    moved: float = 0.0

    def seconds(self, load: StepLoad) -> float:
        """Predicted time of one step: the sum of its parts."""
        return (
            self._rows(load.rows) + self.context * load.context + self.pairs * load.pairs
            + self.sequences * load.sequences + self.prompts * load.prompts
            + self.moved * load.moved
        )  # fmt: skip

    def parts(self, load: StepLoad) -> dict[str, float]:
        """The same by cause."""
        return {
            "rows": self._rows(load.rows),
            "context": self.context * load.context,
            "pairs": self.pairs * load.pairs,
            "sequences": self.sequences * load.sequences,
            "prompts": self.prompts * load.prompts,
            "moved": self.moved * load.moved,
        }

    def _rows(self, rows: int) -> float:
        at, share = _between(rows, self.knots)
        right = self.base[at + 1] if at + 1 < len(self.base) else 0.0
        return (1 - share) * self.base[at] + share * right


def load_of(work: Iterable[WorkRecord], moved: int = 0) -> StepLoad:
    """What the work of a step amounts to."""
    rows = sequences = prompts = context = pairs = 0
    for _, start, count, kind in work:
        rows += count
        sequences += 1
        if kind == "decode":
            context += start + count
        else:
            prompts += 1
            pairs += prompt_pairs(start, count)
    return StepLoad(
        rows=rows, sequences=sequences, prompts=prompts, context=context, pairs=pairs, moved=moved
    )


def prompt_pairs(start: int, count: int) -> int:
    """Positions that `count` tokens look at, each at itself and all before it."""
    return count * start + count * (count + 1) // 2


def fit(loads: Sequence[StepLoad], seconds: Sequence[float], moved: float = 0.0) -> StepPrices:
    """The prices that explain these timed steps best; knots are the row counts nearby."""
    most = max(load.rows for load in loads)
    knots = tuple(knot for knot in KNOTS if knot <= most)
    counted = np.array([
        [*_hats(load.rows, knots), load.context, load.pairs,
         load.sequences, load.prompts]
        for load in loads
    ])  # fmt: skip
    found = [float(price) for price in nonnegative(counted / np.array(seconds)[:, None])]
    named = dict(zip(REST, found[len(knots) :], strict=True))
    return StepPrices(knots=knots, base=tuple(found[: len(knots)]), moved=moved, **named)


def errors(prices: StepPrices, loads: Sequence[StepLoad], seconds: Sequence[float]) -> list[float]:
    """Predicted / measured − 1 of each step."""
    return [prices.seconds(a) / b - 1 for a, b in zip(loads, seconds, strict=True)]


def elsewhere(deployment: Deployment, most: int = 2048) -> StepPrices:
    """The same form for hardware that is not here, from the learned efficiencies of its class."""
    loads, seconds = [], []
    for rows in (knot for knot in KNOTS if knot <= min(most, 256)):
        for context in (64, 1024, 4096):
            loads.append(StepLoad(rows=rows, sequences=rows, context=rows * context))
            seconds.append(efficiency.decode(deployment, context, rows).seconds)
    for rows in (knot for knot in KNOTS if 256 <= knot <= most):
        loads.append(StepLoad(rows=rows, sequences=1, prompts=1, pairs=prompt_pairs(0, rows)))
        seconds.append(efficiency.prefill(deployment, rows).seconds)
    return fit(loads, seconds)


def _between(rows: int, knots: Sequence[int]) -> tuple[int, float]:
    """The knot below and how far it is to the next one; beyond the last the line goes on."""
    at = min(max(bisect_right(knots, rows) - 1, 0), max(len(knots) - 2, 0))
    if len(knots) == 1:
        return 0, 0.0
    return at, (rows - knots[at]) / (knots[at + 1] - knots[at])


def _hats(rows: int, knots: Sequence[int]) -> list[float]:
    at, share = _between(rows, knots)
    hats = [0.0] * len(knots)
    hats[at] = 1 - share
    if at + 1 < len(knots):
        hats[at + 1] = share
    return hats
