"""How the time of a decode step grows with the number of parameters: predicted, and fitted.

A step pays for starting its operations, layer by layer, and for reading its bytes. Small models
pay mostly the first: their curve is flat. Large ones pay the second: theirs rises in proportion.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lesson_core.schema.card import Card
from lesson_core.schema.results import Prediction
from lesson_core.schema.sizes import SizeCase
from lesson_core.theory import calibrate, costs, operators, roofline
from lesson_core.theory.formats import Scheme, of_recipe

LAYER_LAUNCHES = 22
"""Operations that one layer of `generate.flat.step` dispatches (a test counts them)."""


@dataclass(frozen=True, kw_only=True)
class Fit:
    """Seconds per layer whatever its size, and bytes/s read beyond that.

    `crossover` is the number of parameters at which both take equally long, None if the row of
    sizes never gets there; `slope` is the rise of the last two sizes on log–log axes (1: doubled
    parameters, doubled time).
    """

    layer_s: float
    bandwidth: float
    crossover: float | None
    slope: float


def scheme(case: SizeCase) -> Scheme:
    """How the weights of a case are written; packed and bf16 ones are multiplied in bf16."""
    return of_recipe(case.precision, 4 if case.precision == "fp32" else 2)


def predict(case: SizeCase, card: Card) -> Prediction:
    """A step by the roofline of the card, with the launches of the fast step instead of all."""
    written = scheme(case)
    step = operators.step(
        case.config, case.new_tokens, case.context, batch=case.batch, scheme=written
    )
    dtype = "fp32" if case.precision == "fp32" else "bf16"
    rates = roofline.rates_of(card, dtype, working_set(case))
    found = roofline.time_of(step.operators(), replace(rates, dispatch_s=0.0))
    overhead = LAYER_LAUNCHES * case.config.n_layers * card.dispatch_s
    parts = found.parts_s | {"overhead": overhead}
    return replace(found, parts_s=parts, total_s=sum(parts.values()))


def working_set(case: SizeCase) -> int:
    """Bytes of weights and KV that a step comes back to."""
    return operators.step(
        case.config, case.new_tokens, case.context, batch=case.batch, scheme=scheme(case)
    ).traffic_bytes


def fit(cases: Sequence[SizeCase], seconds: Sequence[float]) -> Fit | None:
    """The two prices that explain measured steps best (relative error); None below three sizes."""
    if len(cases) < 3:
        return None
    counted = np.array([[case.config.n_layers, working_set(case)] for case in cases], float)
    layer_s, byte_s = calibrate.nonnegative(counted / np.array(seconds)[:, None])
    params = [costs.total_parameters(case.config) for case in cases]
    shares = [layer_s * layers / (byte_s * moved or 1e-30) for layers, moved in counted]
    rise = math.log(seconds[-1] / seconds[-2]) / math.log(params[-1] / params[-2])
    return Fit(
        layer_s=float(layer_s),
        bandwidth=float(1 / byte_s) if byte_s else math.inf,
        crossover=_crossing(params, shares),
        slope=rise,
    )


def line(found: Fit, case: SizeCase) -> float:
    """Seconds of a step on the fitted line."""
    return found.layer_s * case.config.n_layers + working_set(case) / found.bandwidth


def predicted_crossover(cases: Sequence[SizeCase], card: Card) -> float | None:
    """Parameters at which launching and everything else take equally long, by the card."""
    times = [predict(case, card) for case in cases]
    overheads = [time.parts_s["overhead"] for time in times]
    shares = [o / (time.total_s - o) for o, time in zip(overheads, times, strict=True)]
    return _crossing([costs.total_parameters(case.config) for case in cases], shares)


def _crossing(params: Sequence[float], shares: Sequence[float]) -> float | None:
    """Where overhead over bytes falls through 1, on a straight line between logarithms."""
    points = zip(params, shares, strict=True)
    for (p0, s0), (p1, s1) in itertools.pairwise(points):
        if s0 >= 1 > s1:
            part = math.log(s0) / math.log(s0 / max(s1, 1e-30))
            return float(p0 * (p1 / p0) ** part)
    return None
