"""Where to set the threshold: labelled pairs in two languages, and the log that was just served."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lesson_core.theory import sentence_pairs
from lesson_core.theory.sentence_pairs import Pair
from pages.ui import badges, lesson
from pages.ui.caching_form import THRESHOLDS
from pages.ui.language import current, t
from pages.ui.numbers import rounded
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

Summary = dict[str, Any]
EXAMPLES = 4
LANGUAGES = ("en", "zh")


def on_the_log(lesson_id: str, summary: Summary) -> None:
    """Hits and wrong answers of the whole log over the threshold."""
    found, exact = summary["semantic"], 100 * summary["hit"]
    hits, wrongs = (
        [(at, 100 * share) for at, share in zip(found["thresholds"], shares, strict=True)]
        for shares in (found["hits"], found["wrongs"])
    )
    chart = Chart(
        title=t("caching.log_chart"),
        x=Axis(label=t("caching.threshold_axis"), zero=False, name=t("caching.threshold")),
        y=Axis(label=t("caching.of_requests"), range=(0.0, 100.0)),
        series=[
            Series(label=t("caching.hits"), points=hits, role="decode"),
            Series(label="", points=[(0.5, exact), (1.0, exact)],
                   kind="predicted"),
            Series(label=t("caching.wrongs"), points=wrongs, role="overhead"),
        ],
        marks=[Mark(x=summary["threshold"], label=f"{summary['threshold']:.2f}")],
        badges=[badges.counted()],
        message=t("caching.log_says", hits=rounded(100 * found["hit"]), exact=rounded(exact),
                  wrong=rounded(100 * found["wrong"]), threshold=f"{summary['threshold']:.2f}"),
        height=260,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.log", chart=chart)
    extra = max(0.0, 100 * found["hit"] - exact)
    st.markdown(t("caching.extra", extra=f"{extra:.1f}", wrong=f"{100 * found['wrong']:.1f}"))


@st.fragment
def on_pairs(lesson_id: str, labelled: dict[str, Any]) -> None:
    """Language and threshold; both errors over all thresholds; what slips through."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        lang = st.segmented_control(
            t("caching.pairs_in"), LANGUAGES, default=current(), key=f"{lesson_id}.pairs.lang",
            format_func=lambda code: t(f"caching.lang_{code}"), required=True,
        )  # fmt: skip
        at = st.select_slider(t("caching.threshold"), THRESHOLDS, 0.9, width=360,
                              key=f"{lesson_id}.pairs.threshold")  # fmt: skip
    alike, pairs = labelled["similarities"][lang], sentence_pairs.pairs(str(lang))
    lines = {at: sentence_pairs.errors(alike, pairs, at) for at in THRESHOLDS}
    now = lines[float(at)]
    chart = Chart(
        title=t("caching.pairs_chart"),
        x=Axis(label=t("caching.threshold_axis"), zero=False, name=t("caching.threshold")),
        y=Axis(label=t("caching.share_axis"), range=(0.0, 100.0)),
        series=[
            Series(label=t("caching.wrong_line"), role="overhead",
                   points=[(x, 100 * e.wrong) for x, e in lines.items()]),
            Series(label=t("caching.missed_line"), role="decode",
                   points=[(x, 100 * e.missed) for x, e in lines.items()]),
        ],
        marks=[Mark(x=float(at), label="")],
        badges=[badges.counted()],
        message=t("caching.pairs_say", wrong=rounded(100 * now.wrong),
                  missed=rounded(100 * now.missed)),
        height=280,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.pairs", chart=chart)
    near = sum(not pair.same for pair in pairs)
    st.markdown(t("caching.separation", near=near, true=len(pairs) - near,
                  share=f"{sentence_pairs.separation(alike, pairs):.2f}"))  # fmt: skip
    unknown = 100 * labelled["unknown"][lang]
    if unknown >= 1:
        st.markdown(t("caching.unknown", share=rounded(unknown), twins=labelled["twins"][lang]))
    _kinds(alike, pairs, float(at))


def _kinds(alike: Sequence[float], pairs: Sequence[Pair], at: float) -> None:
    """Near misses by what sets them apart, and the ones that look most alike."""
    counts = sentence_pairs.by_kind(alike, pairs, at)
    told = [t("caching.of_kind", kind=t(f"caching.kind_{kind}"), passed=passed, total=total)
            for kind, (passed, total) in counts.items() if passed]  # fmt: skip
    st.markdown(t("caching.kinds", list=t("caching.and").join(told)) if told
                else t("caching.no_kinds"))  # fmt: skip
    near = [(s, p) for s, p in zip(alike, pairs, strict=True) if not p.same]
    worst = sorted(near, key=lambda one: -one[0])[:EXAMPLES]
    rows = [f"| {literal(p.first)} | {literal(p.second)} | {min(s, 1.0):.3f} |" for s, p in worst]
    st.markdown("\n".join([t("caching.examples_head"), "|---|---|--:|", *rows]))


def show(lesson_id: str, summary: Summary) -> None:
    """Both looks under one heading; only with an encoder."""
    lesson.heading("threshold")
    st.markdown(t("caching.semantic_text"))
    on_the_log(lesson_id, summary)
    st.markdown(t("caching.pairs_text"))
    on_pairs(lesson_id, summary["pairs"])
