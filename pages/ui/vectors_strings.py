"""Strings as 100 numbers: those that break the usual lines, two of one's own, and lost order."""

from typing import Any

import streamlit as st

from pages.ui import badges, lesson, problems
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.plain_text import literal, shortened
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

Summary = dict[str, Any]
LONG, NAMED = 60, 12  # characters of a string, unknown words that are shown
ROLES: tuple[Role, Role] = ("decode", "prefill")


def breaking(summary: Summary) -> None:
    """One line per string: what the usual three lines give, what ours gives."""
    lesson.heading("breaking_strings")
    lines = []
    for row in summary["strings"]:
        usual = t("vectors.nan") if row["nan"] else t(
            "vectors.alike", n=row["numbers"], cosine=_cosine(row["usual_cosine"]))  # fmt: skip
        ours = t("vectors.zeros") if row["empty"] else t(
            "vectors.alike", n=summary["dimensions"], cosine=_cosine(row["cosine"]))  # fmt: skip
        known, all_ours = row["known"], row["known"] + len(row["unknown"])
        lines.append(f"| {_quoted(row['text'])} | {row['usual_found']}/{row['usual_words']} "
                     f"| {usual} | {known}/{all_ours} | {ours} |")  # fmt: skip
    st.markdown("\n".join([t("vectors.strings_head"), "|---|--:|---|--:|---|", *lines]))
    st.caption(t("vectors.strings_note"))
    st.markdown(t("vectors.as_a_key", said=literal(summary["key"])))


def own(lesson_id: str, summary: Summary) -> None:
    """The learner's two strings: all their numbers, how alike, and what was not known."""
    told = [(t(f"vectors.{name}"), summary[part])
            for name, part in (("text", "first"), ("other", "second"))]  # fmt: skip
    series = [
        Series(label=label, points=list(enumerate(one["vector"], 1)), role=role, scatter=True)
        for (label, one), role in zip(told, ROLES, strict=True)
        if one["problem"] is None
    ]
    alike = _cosine(summary["cosine"])
    said = t("vectors.own_alike", cosine=alike, difference=rounded(summary["difference"]))
    xy_chart(key=f"{lesson_id}.numbers", chart=Chart(
        title=t("vectors.numbers_chart"),
        x=Axis(label=t("vectors.dimension"), name="#", range=(0.0, 116.0)),
        y=Axis(label=t("vectors.value"), zero=False), series=series, badges=[badges.counted()],
        message=said if summary["cosine"] is not None else t("vectors.own_nothing"), height=220,
    ))  # fmt: skip
    if summary["encoder"] is not None:
        st.caption(t("vectors.own_encoder", cosine=_cosine(summary["encoder"])))
    for label, one in told:
        _own(label, one)


def order(summary: Summary) -> None:
    """Pairs the mean takes for alike, and what a model that reads word by word says."""
    lesson.heading("no_order")
    lines = [
        f"| {' · '.join(map(_quoted, row['texts']))} | {_cosine(row['cosine'])} "
        f"| {rounded(row['difference'])} | {_cosine(row['encoder'])} |"
        for row in summary["pairs"]
    ]
    st.markdown("\n".join([t("vectors.pairs_head"), "|---|--:|--:|--:|", *lines]))
    without = summary["pairs"][0]["encoder"] is None
    st.caption(t("vectors.pairs_no_encoder" if without else "vectors.pairs_note"))


def _own(label: str, one: Summary) -> None:
    if one["problem"] is not None:
        problems.show_code(one["problem"]["code"], one["problem"]["values"])
        return
    n = len(one["known"]) + len(one["unknown"])
    said = [t("vectors.own_words", label=label, known=len(one["known"]), n=n)]
    if one["unknown"]:
        words = literal(", ".join(one["unknown"][:NAMED]))
        said.append(t("vectors.own_unknown", words=words))
    said += [t(f"vectors.own_{part}") for part in ("empty", "nan") if one[part]]
    st.markdown(" ".join(said))


def _cosine(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _quoted(text: str) -> str:
    return f"“{literal(shortened(text, LONG))}”"
