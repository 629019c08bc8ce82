"""How a number of a run becomes a key: with its interval, or as something that was counted."""

from collections.abc import Sequence

from lesson_core.schema.question import Found
from lesson_core.theory import stats

Number = float | int | str


def ratio(above: Sequence[float], below: Sequence[float], **values: Number) -> Found:
    """Median of `above` over `below`, neighbours in time; 1 is no effect."""
    pairs = [a / b for a, b in zip(above, below, strict=True)]
    low, high = stats.bootstrap_interval(pairs)
    return Found(value=stats.median(pairs), low=low, high=high, neutral=1.0, values=values)


def middle(samples: Sequence[float], neutral: float | None = None, **values: Number) -> Found:
    """Median of samples in the unit that is asked for."""
    low, high = stats.bootstrap_interval(samples)
    return Found(value=stats.median(samples), low=low, high=high, neutral=neutral, values=values)


def counted(value: float, **values: Number) -> Found:
    """Counted, or computed from a fit: it has no spread of its own."""
    return Found(value=value, low=value, high=value, values=values)
