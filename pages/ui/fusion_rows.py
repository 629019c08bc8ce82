"""The fusion run on its page: a row per way, the proof that all say the same, and a profile."""

from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.theory import stats
from pages.ui import badges, clock, lesson, problems, runs
from pages.ui.component_loader import mount
from pages.ui.language import t
from pages.ui.numbers import count
from pages.ui.scheme_rows import SchemeRow, scheme_rows

CPU_WAYS = ("written", "sdpa", "flat", "inductor", "fused")
KINDS = {"matrices": "weights", "attention": "kv", "small": "arithmetic", "between": "overhead"}
"""What the profiler tells apart, and whose colour it has."""
NOISY = 0.10  # an interquartile range above this part of the median

Row = dict[str, Any]


def waiting(lesson_id: str) -> None:
    """The names alone, before the guess."""
    _draw(lesson_id, [_row(name, None, (), False) for name in CPU_WAYS], t("fusion.guess_first"))


def live(lesson_id: str, job: str) -> None:
    """Follow the run, once a second."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        plan: Row = next(iter(runs.data(found, "plan")), {})
        arrived = {row["name"]: row for row in runs.data(found, "way")}
        samples: Row = next(iter(runs.data(found, "times")), {}).get("samples", {})
        building = [e.detail.get("name") for e in events if e.stage == "progress"][-1:]
        active = runs.is_active(found)
        rows = [
            _row(name, arrived.get(name), samples.get(name, ()), active and name in building)
            for name in plan.get("ways", CPU_WAYS)
        ]
        known = (
            t("fusion.chart", context=plan["context"], precision=plan["precision"]) if plan else ""
        )
        message = clock.message(found, events) or known or t("fusion.idle")
        _draw(lesson_id, rows, message, plan.get("repeats") if samples else None)
        if active:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=1.0)


def label(name: str) -> str:
    """A way's short name."""
    return t(f"fusion.ways.{name}.name")


def proof(summary: Row) -> None:
    """That every way computes the same."""
    ran = [row for row in summary["ways"] if "problem" not in row]
    delta = max(row["delta"] for row in ran)
    key = "fusion.same" if all(row["same"] for row in ran) else "fusion.differs"
    st.markdown(f":material/check: {t(key, ways=len(ran), delta=f'{delta:.1e}')}")


def flame(lesson_id: str, summary: Row) -> None:
    """Where one profiled step spends its time, way by way."""
    lesson.heading("flame")
    st.caption(t("fusion.flame_note"))
    for row in summary["ways"]:
        if row.get("profile"):
            total_s, kinds = row["profile"]["total_s"], row["profile"]["by_kind"]
            parts = [
                {"name": part, "label": t(f"fusion.kinds.{kind}"), "note": "",
                 "ms": kinds.get(kind, 0.0) * 1e3}
                for kind, part in KINDS.items()
            ]  # fmt: skip
            st.markdown(f"**{label(row['name'])}**")
            total = {"label": t("fusion.profiled"), "ms": total_s * 1e3, "note": ""}
            mount("gap_split", key=f"{lesson_id}.flame.{row['name']}",
                  data={"parts": parts, "total": total})  # fmt: skip


def _draw(lesson_id: str, rows: list[SchemeRow], message: str, repeats: int | None = None) -> None:
    shown = [badges.measured(repeats)] if repeats else []
    columns = [t(f"fusion.columns.{name}") for name in ("operations", "between", "build")]
    scheme_rows(key=f"{lesson_id}.rows", columns=columns, rows=rows, message=message,
                badges=[*shown, badges.predicted()])  # fmt: skip


def _row(name: str, found: Row | None, samples: Any, building: bool) -> SchemeRow:
    about: dict[str, Any] = {"label": label(name), "note": t(f"fusion.ways.{name}.note")}
    if found is None:
        return SchemeRow(**about, state="running" if building else "waiting", values=["–"] * 3)
    if "problem" in found:
        said = problems.sentence(found["problem"]["code"], found["problem"]["values"])
        return SchemeRow(**about, state="done", problem=said)
    between = found["between_bytes"]
    values = [
        f"{found['operations']:,}",
        t("fusion.inside") if between is None else f"{count(between)}B",
        f"{found['build_s']:.1f} s" if found["build_s"] >= 0.5 else "–",
    ]
    ms = low = high = None
    if samples:
        low, ms, high = (stats.quantile(samples, q) * 1e3 for q in (0.25, 0.5, 0.75))
    return SchemeRow(
        **about, state="done", ms=ms, low=low, high=high, values=values,
        noisy=bool(ms and low is not None and high is not None and high - low > NOISY * ms),
        predicted_ms=found["predicted_s"] * 1e3,
    )  # fmt: skip
