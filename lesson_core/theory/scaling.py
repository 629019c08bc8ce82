"""How loss falls with parameters, data and compute: a fit with its band, and the published lines.

A power law is a straight line on log-log axes, so it is fitted there by least squares. The band
says where the line itself may lie (delta method; for a straight line and normal errors it is
exact), with Student's t because a ladder has few rungs.
Sources: Kaplan et al. 2020, arXiv:2001.08361 (N without the embedding); Hoffmann et al. 2022,
arXiv:2203.15556 (Chinchilla, all parameters); Besiroglu et al. 2024, arXiv:2404.10102, who fitted
Chinchilla's third approach again.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesson_core.errors import LabError
from lesson_core.theory.student import quantile

TRAIN_FLOP, SERVE_FLOP = 6, 2
"""FLOP per parameter and token: forward and backward, and forward alone."""

TOKENS_PER_PARAM = 20
"""Chinchilla in one number: 70 B parameters, 1.4 T tokens."""


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """loss = constant · n^(−exponent), with what its fit knows of its own error."""

    exponent: float
    constant: float
    r2: float
    exponent_error: float  # standard error
    spread: float  # standard deviation of log loss about the line
    centre: float  # mean of log n
    width: float  # sum of squared distances of log n from it
    points: int

    def __call__(self, n: float) -> float:
        """The loss at n."""
        return float(self.constant * n**-self.exponent)

    def band(self, n: float, level: float = 0.95) -> tuple[float, float]:
        """Where the line lies at n, `level` of the time."""
        distance = (math.log(n) - self.centre) ** 2 / self.width
        error = self.spread * math.sqrt(1 / self.points + distance)
        factor = math.exp(quantile((1 + level) / 2, self.points - 2) * error)
        return self(n) / factor, self(n) * factor

    def exponent_band(self, level: float = 0.95) -> tuple[float, float]:
        """Where the exponent lies, `level` of the time."""
        half = quantile((1 + level) / 2, self.points - 2) * self.exponent_error
        return self.exponent - half, self.exponent + half


def fit(sizes: Sequence[float], losses: Sequence[float]) -> PowerLaw:
    """The power law through (n, loss), by least squares on logs.

    Raises LabError("too_few_samples") below three points: a line through two says nothing of its
    error.
    """
    if len(sizes) < 3:
        raise LabError("too_few_samples", name="exponent", n=len(sizes), need=3)
    x, y = np.log(np.asarray(sizes, float)), np.log(np.asarray(losses, float))  # [n]
    away = x - x.mean()
    width = float(away @ away)
    slope = float(away @ y) / width
    rest = y - y.mean() - slope * away
    around = y - y.mean()
    total, left = float(around @ around), float(rest @ rest)
    spread = math.sqrt(left / (len(x) - 2))
    return PowerLaw(
        exponent=-slope,
        constant=math.exp(float(y.mean()) - slope * float(x.mean())),
        r2=1 - left / total if total else 1.0,
        exponent_error=spread / math.sqrt(width),
        spread=spread,
        centre=float(x.mean()),
        width=width,
        points=len(x),
    )


def falls(sizes: Sequence[float], losses: Sequence[float]) -> bool:
    """Whether every larger model has the smaller loss."""
    ordered = [loss for _, loss in sorted(zip(sizes, losses, strict=True))]
    return all(later < earlier for earlier, later in itertools.pairwise(ordered))


KAPLAN_PARAMS = 0.076
"""Kaplan's exponent of the loss over parameters."""


def kaplan_params(n: float) -> float:
    """Loss in nats per token of a model of `n` non-embedding parameters, with data to spare."""
    return float((8.8e13 / n) ** KAPLAN_PARAMS)


def kaplan_data(tokens: float) -> float:
    """Loss after `tokens` tokens, with parameters to spare."""
    return float((5.4e13 / tokens) ** 0.095)


def kaplan_compute(pf_days: float) -> float:
    """Loss after `pf_days` of 10¹⁵ FLOP/s for a day, spent as well as possible."""
    return float((3.1e8 / pf_days) ** 0.050)


@dataclass(frozen=True, kw_only=True)
class Surface:
    """loss = floor + a / n^alpha + b / tokens^beta."""

    floor: float
    a: float
    b: float
    alpha: float
    beta: float

    def __call__(self, n: float, tokens: float) -> float:
        """The loss of `n` parameters trained on `tokens` tokens."""
        return float(self.floor + self.a / n**self.alpha + self.b / tokens**self.beta)

    def optimum(self, flop: float) -> tuple[float, float]:
        """Parameters and tokens of the least loss for `flop` of training (6 · n · tokens).

        Where the derivative along flop = const is zero: alpha · a / n^alpha equals beta · b /
        tokens^beta.
        """
        balance = (self.alpha * self.a / (self.beta * self.b)) ** (1 / (self.alpha + self.beta))
        n = balance * (flop / TRAIN_FLOP) ** (self.beta / (self.alpha + self.beta))
        return float(n), float(flop / TRAIN_FLOP / n)

    def tokens_at_best(self, n: float) -> float:
        """The tokens for which `n` is the compute-optimal size: the same balance solved for D."""
        grown = self.beta * self.b * n**self.alpha / (self.alpha * self.a)
        return float(grown ** (1 / self.beta))

    def tokens_for(self, n: float, loss: float) -> float:
        """The tokens after which `n` parameters reach `loss`; infinite where they never do."""
        left = loss - self.floor - self.a / n**self.alpha
        return float((self.b / left) ** (1 / self.beta)) if left > 0 else math.inf


CHINCHILLA = Surface(floor=1.69, a=406.4, b=410.7, alpha=0.34, beta=0.28)
"""As printed in the paper."""

CHINCHILLA_AGAIN = Surface(floor=1.8172, a=482.01, b=2085.43, alpha=0.3478, beta=0.3658)
"""The same points fitted again by Besiroglu et al.; agrees with Chinchilla's other two ways."""

CHINCHILLA_SARDANA = Surface(floor=1.69, a=406.4, b=410.7, alpha=0.336, beta=0.283)
"""The exponents that Sardana et al. 2024 count with."""
