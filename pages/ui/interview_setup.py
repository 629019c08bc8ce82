"""Before an interview: which one, how long, what is in it; and those that were."""

from collections import Counter

import streamlit as st

from lesson_core.schema.interview import MINUTES, PRESETS, Wish
from lesson_core.schema.question import LEVELS
from pages.ui import interview_desk
from pages.ui.language import t

LISTED = 8  # earlier interviews


def show() -> None:
    """The choices, what they come to, the button."""
    with st.container(border=True, key="interview-setup"):
        presets = {name: t(f"interview.presets.{name}") for name in PRESETS}
        preset = st.segmented_control(
            t("interview.preset"), PRESETS, default="systems", required=True,
            key="interview.preset", format_func=presets.__getitem__,
        )  # fmt: skip
        st.caption(t(f"interview.preset_notes.{preset}"))
        with st.container(horizontal=True):
            times = {n: t("interview.minutes_n", n=str(n)) for n in MINUTES}
            minutes = st.segmented_control(
                t("interview.minutes"), MINUTES, default=30, required=True,
                key="interview.minutes", format_func=times.__getitem__,
            )  # fmt: skip
            level = st.segmented_control(
                t("interview.level"), LEVELS, default="L4", required=True, key="interview.level",
            )  # fmt: skip
        wish = Wish(preset=preset, level=level, minutes=minutes, seed=interview_desk.seed())
        st.markdown(_contents(wish))
        if st.button(t("interview.start"), key="interview.start", type="primary"):
            interview_desk.begin(wish)
            st.session_state.pop("interview.seed")
            st.rerun()
    _earlier()


def _contents(wish: Wish) -> str:
    """“14 questions · chains of follow-ups: 2 · a project of yours”: no more is given away."""
    items = interview_desk.planned(wish)
    ways = Counter(item.way for item in items)
    chains = len({item.name for item in items if item.way == "chain"})
    words = [t("interview.contents", count=len(items))]
    if chains:
        words.append(t("interview.contents_follow", count=chains))
    if ways["project"]:
        words.append(t("interview.contents_project"))
    if ways["trace"]:
        words.append(t("interview.contents_trace"))
    return " · ".join(words)


def _earlier() -> None:
    found = interview_desk.sittings()[: -LISTED - 1 : -1]
    if not found:
        return
    st.header(t("interview.earlier"), anchor="earlier")
    for one in found:
        words = [
            f"{one.begun.astimezone():%Y-%m-%d %H:%M}", t(f"interview.presets.{one.wish.preset}"),
            one.wish.level, t("interview.minutes_n", n=str(one.wish.minutes)),
            *([] if one.over else [t("interview.left_open")]),
        ]  # fmt: skip
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(" · ".join(words), width="stretch")
            label = t("interview.open_report" if one.over else "interview.resume")
            st.button(label, key=f"interview.open.{one.id}", type="tertiary",
                      on_click=interview_desk.turn_to, args=(one.id,))  # fmt: skip
