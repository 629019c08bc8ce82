"""The stages of a pipeline as rows of time: numbered pieces of work, ruled where a stage waits.

What the component receives: {lang, labels, title, message, badges: [{kind, text}], end (seconds),
stages: [{label, spans: [[micro-batch, from, to]]}]}.
"""

from collections.abc import Sequence
from dataclasses import asdict

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge

Piece = tuple[int, float, float]


def stage_times(
    *, key: str, title: str, stages: Sequence[tuple[str, Sequence[Piece]]], end: float,
    badges: Sequence[Badge] = (), message: str = "",
) -> None:  # fmt: skip
    """Draw one row per stage."""
    data = {
        "title": title,
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "end": end,
        "stages": [{"label": label, "spans": list(spans)} for label, spans in stages],
    }
    mount("stage_times", key=key, data=data)
