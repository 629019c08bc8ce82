"""Right and wrong beside each other: how far each way of timing is off on the same runs."""

from collections.abc import Sequence
from statistics import median
from typing import Any

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from lesson_core.theory import stats, wrong_ways
from lesson_core.theory.metrics import Latency
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    xy_chart(key=f"{lesson_id}.runs", chart=_chart([], t("ways.guess_first")))


def live(lesson_id: str, job: str) -> None:
    """Each answer's TPOT as it comes; the job runs unwatched and is asked once a second."""

    def draw(found: JobStatus | None) -> None:
        events = runs.events(found)
        message = clock.message(found, events) or t("ways.points")
        xy_chart(key=f"{lesson_id}.runs", chart=_chart(events, message))
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.show_refusal(job)
    runs.follow(job, draw, every=1.0)


def _chart(events: Sequence[Event], message: str) -> Chart:
    told = [e.detail for e in events if e.stage == "data" and e.detail["what"] == "run"]
    points = [(float(row["n"]), row["tpot_s"] * 1e3) for row in told]
    middle = median(y for _, y in points) if points else 0.0
    line = [(1.0, middle), (9.0, middle)] if points else []
    return Chart(
        title=t("ways.chart"),
        x=Axis(label=t("ways.run"), zero=False, range=(1.0, 9.0), name=t("ways.run")),
        y=Axis(label=t("ways.ms"), range=(0.0, 40.0)),
        series=[
            Series(label="", points=points, role="decode", scatter=True),
            Series(label=t("ways.median"), points=line, role="decode", kind="predicted"),
        ],
        badges=[badges.measured(len(points))] if points else [],
        message=message,
        height=200,
    )


def named(way: dict[str, Any]) -> str:
    """Which of the six that was."""
    return t("ways.worst", way=t(f"ways.{way['way']}"))


def table(summary: dict[str, Any]) -> None:
    """Six rows: right, wrong, how far off."""
    lesson.heading("six_ways")
    rows = []
    for way in summary["ways"]:
        name, quantity = t(f"ways.{way['way']}"), way["quantity"]
        right, wrong = (_value(quantity, way[side]) for side in ("right", "wrong"))
        told = t(f"ways.of_{quantity}")
        rows.append(f"| {name} | {told} | {right} | {wrong} | {way['off']:+.1%} |")
    st.markdown("\n".join([t("ways.head"), "|---|---|--:|--:|--:|", *rows]))
    st.caption(t("ways.note_gpu" if summary["asynchronous"] else "ways.note_cpu"))


def _value(quantity: str, value: float) -> str:
    return f"{rounded(value)} token/s" if quantity == "rate" else " ".join(milliseconds(value))


def promises(lesson_id: str, summary: dict[str, Any]) -> None:
    """The same runs in every word of the field, and goodput for the promises one makes."""
    lesson.heading("every_word")
    answers = [from_plain(Latency, run) for run in summary["runs"]]
    gaps = [gap for run in answers for gap in run.itl_s]
    tail = stats.p95(gaps) if len(gaps) >= stats.NEEDED["p95"] else None
    whole = median(run.e2e_s for run in answers)
    rows = [
        ("ttft", median(run.ttft_s for run in answers)),
        ("tpot", median(run.tpot_s or 0.0 for run in answers)),
        ("itl", median(gaps)),
        ("itl_p95", tail),
        ("e2e", whole),
    ]
    lines = [f"| {t(f'ways.word_{name}')} | {' '.join(milliseconds(s))} |" for name, s in rows]
    rate = f"{rounded(summary['tokens_out'] / whole)} token/s"
    lines.append(f"| {t('ways.word_throughput')} | {rate} |")
    st.markdown("\n".join([t("ways.words_head"), "|---|--:|", *lines]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        ttft = st.number_input(t("ways.promise_ttft"), 1, 60_000, 200, 50, width=200,
                               key=f"{lesson_id}.ttft")  # fmt: skip
        tpot = st.number_input(t("ways.promise_tpot"), 1, 10_000, 50, 5, width=200,
                               key=f"{lesson_id}.tpot")  # fmt: skip
    kept = wrong_ways.goodput(answers, ttft / 1e3, tpot / 1e3)
    st.markdown(t("ways.goodput", percent=round(100 * kept), n=len(answers)))


def numbers(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    off = {way["way"]: 100 * way["off"] for way in summary["ways"]}
    tpots = [run["tpot_s"] for run in summary["runs"]]
    return {
        "tokens": summary["tokens_out"],
        "runs": len(tpots),
        "tpot_ms": stats.median(tpots) * 1e3,
        "iqr_ms": stats.iqr(tpots) * 1e3,
        "cold": off["cold"],
        "no_prefill": off["no_prefill"],
        "by_n": abs(off["by_n"]),
    }
