"""One classifier closely: who is taken for whom, and whether it is as sure as it is right."""

from typing import Any

import streamlit as st

from lesson_core.theory import calibration, shares
from pages.ui import badges, classify_view, lesson
from pages.ui.heat_grid import Cell, GridRow, heat_grid
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Summary = dict[str, Any]
MOST_SHOWN, PAIRS, MISSES, BINS = 20, 12, 10, 5


def show(lesson_id: str, summary: Summary) -> None:
    """A choice of the way, its matrix, its surest mistakes, its calibration."""
    lesson.heading("where_wrong")
    ways = list(classify_view.judged(summary))
    names = {way: t(f"classify.way_{way}") for way in ways}
    way = st.segmented_control(
        t("classify.which"), ways, default=ways[min(2, len(ways) - 1)], key=f"{lesson_id}.which",
        required=True, format_func=names.__getitem__,
    )  # fmt: skip
    said, sure = (summary["answers"][way][name] for name in ("said", "sure"))
    truth = [one["label"] for one in summary["asked"][: len(said)]]
    _matrix(lesson_id, shares.confusion(said, truth, len(summary["split"]["names"])), summary)
    _misses(summary, said, sure)
    _reliability(lesson_id, sure, [a == b for a, b in zip(said, truth, strict=True)])


def typed(lesson_id: str, summary: Summary) -> None:
    """The learner's sentence: what each way makes of it."""
    if summary["typed"] is None:
        return
    lesson.heading("own_sentence")
    names, rows = summary["split"]["names"], []
    many = len(names) > MOST_SHOWN
    for way, row in summary["typed"].items():
        best = max(range(len(row)), key=row.__getitem__)
        shown = enumerate([] if many else row)
        cells = [Cell(text=f"{100 * one:.0f}", heat=one, mark=i == best) for i, one in shown]
        rows.append(
            GridRow(label=t(f"classify.way_{way}"), cells=cells, extra=names[best] if many else "")
        )
    heat_grid(key=f"{lesson_id}.typed_grid", title=t("classify.typed_title"), corner="",
              columns=[] if many else names, rows=rows, upright=True,
              extra=t("classify.answer") if many else "",
              message=t("classify.typed_message", text=summary["shapes"]["text"]),
              badges=[badges.live()])  # fmt: skip


def _matrix(lesson_id: str, counts: list[list[int]], summary: Summary) -> None:
    names = summary["split"]["names"]
    if len(names) > MOST_SHOWN:
        _pairs(counts, names)
        return
    rows = [
        GridRow(label=name, cells=[
            Cell(text=str(n) if n else "", heat=n / max(1, sum(row)), mark=i == j)
            for j, n in enumerate(row)
        ])
        for i, (name, row) in enumerate(zip(names, counts, strict=True))
    ]  # fmt: skip
    heat_grid(key=f"{lesson_id}.matrix", title=t("classify.matrix_title"), rows=rows,
              corner=t("classify.true_class"), columns=names, upright=True,
              message=t("classify.matrix"), badges=[badges.counted()])  # fmt: skip


def _pairs(counts: list[list[int]], names: list[str]) -> None:
    """With many classes only the commonest mistakes."""
    wrong = [(n, i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if i != j and n]
    lines = [f"| {literal(names[i])} | {literal(names[j])} | {n} |"
             for n, i, j in sorted(wrong, reverse=True)[:PAIRS]]  # fmt: skip
    st.markdown("\n".join([t("classify.pairs_head"), "|---|---|--:|", *lines]))


def _misses(summary: Summary, said: list[int], sure: list[float]) -> None:
    names, asked = summary["split"]["names"], summary["asked"]
    wrong = [i for i, best in enumerate(said) if best != asked[i]["label"]]
    with st.expander(t("classify.sure", wrong=len(wrong), n=len(said))):
        lines = [
            f"| {literal(asked[i]['text'])} | {literal(names[asked[i]['label']])} "
            f"| {literal(names[said[i]])} | {100 * sure[i]:.0f} % |"
            for i in sorted(wrong, key=lambda i: -sure[i])[:MISSES]
        ]
        st.markdown("\n".join([t("classify.sure_head"), "|---|---|---|--:|", *lines]))


def _reliability(lesson_id: str, sure: list[float], right: list[bool]) -> None:
    """Confidence against accuracy, five bins; the diagonal is “as sure as right”."""
    bins = calibration.reliability(sure, right, BINS)
    points = []
    for one in bins:
        low, high = shares.interval(round(one.accuracy * one.n), one.n)
        points.append((100 * one.confidence, 100 * one.accuracy, 100 * low, 100 * high))
    xy_chart(key=f"{lesson_id}.reliability", chart=Chart(
        title=t("classify.reliability"),
        x=Axis(label=t("classify.said_sure"), range=(0.0, 100.0), name="%"),
        y=Axis(label=t("classify.right"), range=(0.0, 100.0), name="%"),
        series=[
            Series(label=t("classify.as_sure"), points=[(0, 0), (100, 100)], role="weights",
                   kind="predicted"),
            Series(label=t("classify.measured"), points=points, role="decode"),
        ],
        badges=[badges.counted()],
        message=t("classify.reliability_message", bins=", ".join(str(one.n) for one in bins)),
        height=240,
    ))  # fmt: skip
