"""The problems in a list: what each is about, how hard, how far the learner is."""

import streamlit as st

from lesson_core.learn import attempts, bank
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.problem import Problem
from pages.ui import saved
from pages.ui.language import current, t

LINK = "problem"  # in the page's address
EVERY = "every"
ICONS = {"new": ":material/radio_button_unchecked:", "tried": ":material/adjust:",
         "solved": ":material/check_circle:"}  # fmt: skip


def turn_to(problem_id: str | None) -> None:
    """Open a problem, or the shelf; in the address, so that the link can be shared."""
    if problem_id is None:
        del st.query_params[LINK]
    else:
        st.query_params[LINK] = problem_id


def show() -> None:
    """The filter and the list."""
    standing = attempts.states(saved.everything())
    state, kind = _filter()
    found = [
        one for one in shelf.every()
        if state in (EVERY, standing.get(one.id, "new")) and kind in (EVERY, one.words.kind)
    ]  # fmt: skip
    with st.container(key="workbench-shelf", gap=None):
        for one in found:
            _row(one, standing.get(one.id, "new"))
    if not found:
        st.caption(t("workbench.none_here"))


def _filter() -> tuple[str, str]:
    with st.container(horizontal=True, key="workbench-filter"):
        state = st.segmented_control(
            t("workbench.show"), (EVERY, *attempts.STATES), default=EVERY, required=True,
            key="workbench.state", label_visibility="collapsed",
            format_func=lambda name: t(f"workbench.{_word(name, 'state')}"),
        )  # fmt: skip
        kind = st.segmented_control(
            t("workbench.kind"), (EVERY, "write", "fix"), default=EVERY, required=True,
            key="workbench.kind", label_visibility="collapsed",
            format_func=lambda name: t(f"workbench.{_word(name, 'kind')}"),
        )  # fmt: skip
    return str(state), str(kind)


def _word(name: str, group: str) -> str:
    return name if name == EVERY else f"{group}_{name}"


def _row(one: Problem, state: attempts.State) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"workbench-row-{one.id}",
                      horizontal_alignment="distribute"):  # fmt: skip
        st.button(getattr(one.words.title, current()), key=f"workbench.open.{one.id}",
                  icon=ICONS[state], help=t(f"workbench.state_{state}"), type="tertiary",
                  on_click=turn_to, args=(one.id,))  # fmt: skip
        st.caption(about(one), width="content")


def about(one: Problem) -> str:
    """Topic, level and kind in a line."""
    topic = getattr(bank.topics()[one.words.topic], current())
    return f"{topic} · {one.words.level} · {t(f'workbench.kind_{one.words.kind}')}"
