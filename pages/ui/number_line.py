"""Guess, prediction and measurement on one axis, with the verdict in words.

What the component receives: {lang, labels, unit, guess | null, predicted | null,
measured: {value, low, high, n} | null, published: whether somebody else measured it, verdict}. All
values are positive and in `unit`; the axis turns logarithmic where they lie more than a factor of
20 apart.
"""

from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A median with its interval and the number of samples behind it."""

    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None


def number_line(
    *,
    key: str,
    unit: str,
    guess: float | None = None,
    predicted: float | None = None,
    measured: Measured | None = None,
    published: bool = False,
    verdict: str = "",
) -> None:
    """Draw what is known so far; a value that is None (or not yet to be seen) is left out."""
    data = {
        "unit": unit,
        "guess": guess,
        "predicted": predicted,
        "measured": asdict(measured) if measured else None,
        "published": published,
        "verdict": verdict,
    }
    mount("number_line", key=key, data=data)
