"""A machine's roofline and its bandwidth over the working set, from its card.

What the component receives: {lang, labels, message, slopes: [{per_s (bytes/s), bytes}] (the first
one counts, others are drawn thin), roofs: [{label, per_s (FLOP/s)}], points: [{label, intensity
(FLOP/byte), per_s (FLOP/s), phase, measured}], curve: [{bytes, per_s}], mark: {bytes, label} |
null}. Everything may be empty: the axes stand until the first number comes.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from lesson_core.schema.card import Card
from pages.ui.component_loader import mount


@dataclass(frozen=True, kw_only=True)
class Point:
    """Something that ran (or would run): FLOP per byte, FLOP per second, and in which phase."""

    label: str
    intensity: float
    per_s: float
    phase: Literal["prefill", "decode", ""] = ""
    measured: bool = True


def roofline_view(
    *,
    key: str,
    card: Card | None = None,
    points: Sequence[Point] = (),
    working_set: float | None = None,
    mark: str = "",
    message: str = "",
    curve: Sequence[tuple[int, float]] = (),
    roofs: Sequence[tuple[str, float]] = (),
) -> None:
    """Draw `card`, or what of it has come so far (`curve` of (bytes, bytes/s), `roofs` of (dtype,
    FLOP/s)). `working_set` (bytes) chooses the slope that counts; `mark` names it on the curve.
    """
    if card is not None:
        curve = [(point.bytes, point.rate.per_s) for point in card.bandwidth]
        roofs = [(dtype, rate.per_s) for dtype, rate in card.flops.items()]
    curve = sorted(curve)
    data = {
        "message": message,
        "slopes": _slopes(curve, card, working_set),
        "roofs": [{"label": dtype, "per_s": per_s} for dtype, per_s in roofs],
        "points": [asdict(point) for point in points],
        "curve": [{"bytes": size, "per_s": per_s} for size, per_s in curve],
        "mark": {"bytes": working_set, "label": mark} if working_set and mark else None,
    }
    mount("roofline_view", key=key, data=data)


def _slopes(
    curve: Sequence[tuple[int, float]], card: Card | None, working_set: float | None
) -> list[dict[str, Any]]:
    """The slope at the working set (else at the largest one measured), then the fastest one."""
    if not curve:
        return []
    size, per_s = curve[-1]
    if card is not None and working_set:
        size, per_s = int(working_set), card.bandwidth_at(working_set)
    slopes = [{"bytes": size, "per_s": per_s}]
    fast_size, fastest = max(curve, key=lambda point: point[1])
    if fastest > per_s * 1.25:
        slopes.append({"bytes": fast_size, "per_s": fastest})
    return slopes
