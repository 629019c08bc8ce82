"""The measured step split into its causes: predicted parts and an unexplained rest.

The parts are never forced to add up: what no formula covers stands there as “unexplained”, and a
negative rest says that the prediction was too slow.
"""

from collections.abc import Sequence
from statistics import median
from typing import Any

from pages.ui import lesson
from pages.ui.component_loader import mount
from pages.ui.language import t

PARTS = ("weights", "kv", "arithmetic", "overhead", "talk")


def show(lesson_id: str, steps: Sequence[dict[str, Any]]) -> None:
    """Medians over the decode steps of a run; `steps` as in the result of `pipeline_trace`."""
    lesson.heading("gap")
    measured = median(step["measured_s"] for step in steps) * 1e3
    parts = [
        {
            "name": name,
            "label": t(f"gap.{name}"),
            "ms": median(step["parts_s"][name] for step in steps) * 1e3,
            "note": t("badge.predicted"),
        }
        for name in PARTS
        if name in steps[0]["parts_s"]
    ]
    rest = measured - sum(part["ms"] for part in parts)
    note = t("gap.faster") if rest < 0 else ""
    parts.append({"name": "unexplained", "label": t("gap.unexplained"), "ms": rest, "note": note})
    total = {"label": t("gap.measured"), "ms": measured, "note": t("gap.median", n=len(steps))}
    mount("gap_split", key=f"{lesson_id}.gap", data={"parts": parts, "total": total})
