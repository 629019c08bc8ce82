"""The compression run on its page: a row per scheme, filled as the measurements arrive."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.compression import SCHEMES
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.theory import stats
from pages.ui import badges, problems, runs
from pages.ui.language import t
from pages.ui.numbers import count, rounded
from pages.ui.scheme_rows import SchemeRow, scheme_rows

ALL = ("fp32", *SCHEMES)
Row = dict[str, Any]


def waiting(lesson_id: str) -> None:
    """The names alone, before the guess."""
    rows = [_empty(name) for name in ALL]
    scheme_rows(key=f"{lesson_id}.rows", columns=_columns(), rows=rows,
                message=t("compression.guess_first"))  # fmt: skip


def live(lesson_id: str, job: str) -> None:
    """Follow the run, once a second."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        arrived = {row["name"]: row for row in runs.data(found, "scheme")}
        plan = next(iter(runs.data(found, "plan")), None)
        shown = [badges.measured(plan["repeats"]), badges.predicted()] if plan else []
        running = _running(events) if runs.is_active(found) else ""
        rows = [_row(name, arrived, running == name) for name in ALL]
        scheme_rows(key=f"{lesson_id}.rows", columns=_columns(), rows=rows, badges=shown,
                    message=_message(found, events, len(arrived)))  # fmt: skip
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=1.0)


def label(name: str) -> str:
    """A scheme's short name."""
    return t(f"compression.schemes.{name}.name")


def times(ratio: float) -> str:
    """1.29×, and below one just as plainly: 0.70×."""
    return f"{ratio:.2f}×"


def _columns() -> list[str]:
    return [t(f"compression.columns.{name}") for name in ("read", "kl", "same", "perplexity")]


def _empty(name: str, running: bool = False) -> SchemeRow:
    note = t(f"compression.schemes.{name}.note")
    return SchemeRow(
        label=label(name), note=note, state="running" if running else "waiting", values=["–"] * 4
    )


def _row(name: str, arrived: dict[str, Row], running: bool) -> SchemeRow:
    found = arrived.get(name)
    if found is None:
        return _empty(name, running)
    note = t(f"compression.schemes.{name}.note")
    if "problem" in found:
        said = problems.sentence(found["problem"]["code"], found["problem"]["values"])
        return SchemeRow(label=label(name), note=note, state="done", problem=said)
    side, pairs = ("plain", list(arrived.values())) if name == "fp32" else ("other", [found])
    samples = [s for row in pairs if "decode" in row for s in row["decode"][side]["samples"]]
    places = (0.5, 0.25, 0.75) if samples else ()
    ms, low, high = [stats.quantile(samples, q) * 1e3 for q in places] or (None, None, None)
    return SchemeRow(
        label=label(name), note=note, state="done", ms=ms, low=low, high=high,
        noisy=bool(samples) and name != "fp32" and found["decode"]["other"]["noisy"],
        ratio=times(found["decode"]["ratio"]["median"]) if "decode" in found else "",
        beside_ms=found["decode"]["plain"]["median"] * 1e3 if "decode" in found else None,
        predicted_ms=found["predicted"]["total_s"] * 1e3,
        values=[f"{count(found['read_bytes'])}B", *_quality(found["quality"]["texts"])],
    )  # fmt: skip


def _quality(texts: dict[str, Row]) -> list[str]:
    tokens = sum(text["tokens"] for text in texts.values())
    mean = {
        name: sum(text[name] * text["tokens"] for text in texts.values()) / tokens
        for name in ("kl", "same_favourite")
    }
    both = " · ".join(rounded(texts[lang]["perplexity"]) for lang in ("en", "zh"))
    distance = "0" if mean["kl"] < 1e-6 else f"{mean['kl']:.2g}"
    return [distance, f"{mean['same_favourite'] * 100:.0f} %", both]


def _running(events: Sequence[Event]) -> str:
    steps = [event.detail for event in events if event.stage == "progress"]
    return str(steps[-1].get("name", "fp32")) if steps else "fp32"


def _message(found: JobStatus | None, events: Sequence[Event], arrived: int) -> str:
    if found is None:
        return t("compression.idle")
    if found.state == "queued":
        return t("clock.queued", position=found.position or 1)
    if found.state == "failed" and found.error:
        return problems.sentence(found.error["code"], found.error.get("values", {}))
    if found.state == "cancelled":
        return t("compression.cancelled", done=arrived, total=len(ALL))
    if found.state == "running":
        return t("compression.so_far", done=arrived, total=len(ALL))
    fused = next(iter(runs.data(found, "plan")), {}).get("fused")
    return t("compression.done_fused" if fused else "compression.done")
