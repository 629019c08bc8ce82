"""Numeric answers: read what a learner typed, compare it with the computed key, name the slip."""

import math
from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.learn import replies
from lesson_core.schema.question import Posed

CLOSE = 1.25  # a guess off by this factor, or less, is about right


@dataclass(frozen=True, kw_only=True)
class Graded:
    """`off_by` is relative and signed: 0.5 means half too high. `slip` names a likely cause:
    a key under `cards.slips` in the i18n files, or None.
    """

    correct: bool
    reply: float
    answer: float
    unit: str
    off_by: float
    slip: str | None = None


def parse_number(text: str, unit: str = "") -> float:
    """The number in a reply, expressed in `unit` ("ms", "B", "%", "GFLOP/s", …).

    Takes thousands separators, full-width digits, 1.5e3, 3×10^9, 万 and 亿, and units of the same
    kind (128 KiB is 131072 B, 0.026 s is 26 ms). A bare number is in `unit`; without `unit`, a
    unit that follows is read and ignored. Raises LabError "reply_not_a_number" or
    "reply_wrong_unit".
    """
    return replies.read(text, unit)


def grade(posed: Posed, reply: str) -> Graded:
    """Right within `posed.rel_tol`; otherwise how far off, and which slip it looks like."""
    value = parse_number(reply, posed.unit)
    correct = close(value, posed.answer, posed.rel_tol)
    scale = abs(posed.answer) or 1.0
    return Graded(
        correct=correct,
        reply=value,
        answer=posed.answer,
        unit=posed.unit,
        off_by=(value - posed.answer) / scale,
        slip=None if correct else slip(posed, value),
    )


def factor_off(posed: Posed, reply: str) -> float:
    """By what factor a reply misses, 1 or more: 2 for half and for twice the answer.

    Beside the errors of `parse_number`, LabError "reply_not_positive".
    """
    value = parse_number(reply, posed.unit)
    if value <= 0 or posed.answer <= 0:
        raise LabError("reply_not_positive", text=reply.strip()[:40])
    return factor(value, posed.answer)


def factor(said: float, right: float) -> float:
    """By what factor two positive numbers differ, 1 or more."""
    return max(said / right, right / said)


def slip(posed: Posed, value: float) -> str | None:
    """The first known wrong way that leads to this value."""
    for name, wrong in posed.slips.items():
        if close(value, wrong, posed.rel_tol):
            return name
    if value <= 0 or posed.answer <= 0:
        return None
    ratio = value / posed.answer
    if posed.unit == "%" and close(ratio, 0.01, posed.rel_tol):
        return "fraction"
    powers = math.log10(ratio) / 3
    if round(powers) and close(ratio, 1000.0 ** round(powers), posed.rel_tol):
        return "thousand"
    if any(close(ratio, 1.024**n, 0.001) for n in (-3, -2, -1, 1, 2, 3)):
        return "binary"
    return None


def close(value: float, wanted: float, rel_tol: float) -> bool:
    """Within the tolerance of `wanted`."""
    return abs(value - wanted) <= rel_tol * abs(wanted) + 1e-12


def shown(value: float) -> str:
    """An answer as it is printed: 131,072 in full, others with three significant digits."""
    if not math.isfinite(value):
        raise LabError("reply_not_a_number", text=str(value))
    if abs(value) >= 999.5:
        return f"{value:,.0f}"
    return f"{value:.3g}"
