"""Words by their vectors: neighbours, an analogy, and a map in two dimensions."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, problems
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Summary = dict[str, Any]


def show(lesson_id: str, summary: Summary, found: JobStatus | None) -> None:
    """Two lists side by side, the map under them."""
    asked = found.spec if found else None
    near, likened = st.columns(2)
    with near:
        word = literal(asked.word) if asked else ""
        st.markdown(t("vectors.near", word=word))
        _list(summary["neighbours"])
    with likened:
        a, b, c = map(literal, asked.analogy) if asked else ("", "", "")
        st.markdown(t("vectors.analogy", a=a, b=b, c=c))
        _list(summary["analogy"])
        if summary["nearest"]:
            st.caption(t("vectors.nearest", word=literal(summary["nearest"])))
    draw_map(f"{lesson_id}.map", summary["map"])


def draw_map(key: str, found: Summary) -> None:
    """Words where their vectors lie in the plane of largest variance."""
    if not found["words"]:
        st.caption(t("vectors.map_empty"))
        return
    points = list(zip(found["words"], found["points"], strict=True))
    series = [Series(label=word, points=[tuple(point)], scatter=True) for word, point in points]
    low, high = (end(x for _, (x, _) in points) for end in (min, max))
    flat, room = Axis(label="", zero=False), 0.15 * (high - low)  # for the last words' letters
    wide = Axis(label="", zero=False, range=(low, high + room))
    xy_chart(key=key, chart=Chart(
        title=t("vectors.map_chart"), x=wide, y=flat, series=series, badges=[badges.counted()],
        message=t("vectors.map", share=f"{100 * found['share']:.0f}"), height=380,
    ))  # fmt: skip
    if found["unknown"]:
        st.caption(t("vectors.map_unknown", words=literal(", ".join(found["unknown"]))))


def near_table(rows: Sequence[Sequence[Any]]) -> None:
    """Words and their cosines."""
    lines = [f"| {literal(word)} | {score:.2f} |" for word, score in rows]
    st.markdown("\n".join([t("vectors.near_head"), "|---|--:|", *lines]))


def _list(part: Summary) -> None:
    if part["problem"] is not None:
        problems.show_code(part["problem"]["code"], part["problem"]["values"])
    else:
        near_table(part["found"])
