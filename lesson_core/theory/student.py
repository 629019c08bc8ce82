"""Student's t: how far few points may lie from the truth."""

import math


def density(t: float, freedom: int) -> float:
    """The density of t with `freedom` degrees of freedom."""
    half = freedom / 2
    scale = math.exp(math.lgamma(half + 0.5) - math.lgamma(half)) / math.sqrt(freedom * math.pi)
    return float(scale * (1 + t * t / freedom) ** -(half + 0.5))


def below(t: float, freedom: int) -> float:
    """The probability of a value below t ≥ 0.

    Simpson's rule in the angle atan(t / √freedom), in which the tail has an end.
    """
    root, steps = math.sqrt(freedom), 400
    end = math.atan(t / root)

    def slope(angle: float) -> float:
        return density(root * math.tan(angle), freedom) * root / math.cos(angle) ** 2

    inner = sum((4 if i % 2 else 2) * slope(end * i / steps) for i in range(1, steps))
    return 0.5 + end / steps / 3 * (slope(0.0) + inner + slope(end))


def quantile(share: float, freedom: int) -> float:
    """The t below which `share` (0.5 ≤ share < 1) of all values lie."""
    low, high = 0.0, 1.0
    while below(high, freedom) < share:
        high *= 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle, freedom) < share else (low, middle)
    return (low + high) / 2
