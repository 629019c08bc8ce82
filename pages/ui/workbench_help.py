"""What helps: hints one at a time, a solution, what others get wrong, earlier attempts."""

import streamlit as st

from lesson_core.learn import attempts
from lesson_core.learn.problems.problem import Problem
from pages.ui import saved, workbench_code
from pages.ui.language import current, t

MOST = 50  # attempts offered; the exported file has all


def show(problem: Problem) -> None:
    """Each only when it is asked for; a solved problem opens what others get wrong."""
    name = workbench_code.name_of(problem)
    tried = attempts.attempts(saved.everything(), problem.id)
    read = int(st.session_state.setdefault(f"{name}.hints", attempts.hints_read(tried)))
    solved = any(one.passed for one in tried)
    count = len(problem.words.hints)
    with st.container(horizontal=True, key="workbench-help"):
        if read < count:
            st.button(t("workbench.hint", n=read + 1, count=count), key=f"{name}.hint",
                      icon=":material/lightbulb:",
                      on_click=_read, args=(name, read + 1))  # fmt: skip
        _ask_for_solution(name, free=solved or read >= count)
    if read:
        st.markdown(f"**{t('workbench.hints')}**")
        hints = [getattr(hint, current()) for hint in problem.words.hints[:read]]
        st.markdown("\n".join(f"{n}. {hint}" for n, hint in enumerate(hints, 1)))
    if st.session_state.get(f"{name}.solution"):
        _solution(problem)
    if solved:
        _others(problem)
    if tried:
        _history(problem, tried[-MOST:], len(tried))


def _read(name: str, count: int) -> None:
    st.session_state[f"{name}.hints"] = count  # set, not added: a click may come twice


def _ask_for_solution(name: str, *, free: bool) -> None:
    """At once where nothing is spoilt; else after a question."""
    if st.session_state.get(f"{name}.solution"):
        return
    if free:
        st.button(t("workbench.solution"), key=f"{name}.show", type="tertiary",
                  on_click=_open, args=(name,))  # fmt: skip
        return
    with st.popover(t("workbench.solution"), type="tertiary"):
        st.markdown(t("workbench.solution_early"))
        st.button(t("workbench.solution_sure"), key=f"{name}.sure", on_click=_open, args=(name,))


def _open(name: str) -> None:
    st.session_state[f"{name}.solution"] = True


def _solution(problem: Problem) -> None:
    """The file that the judge itself runs, and why it is as it is."""
    st.header(t("workbench.reference"), anchor="solution")
    st.code(problem.reference, language="python")
    st.markdown(getattr(problem.words.why, current()))


def _others(problem: Problem) -> None:
    with st.expander(t("workbench.others")):
        st.caption(t("workbench.others_note"))
        for mistake, code in problem.mistakes.items():
            st.markdown(getattr(problem.words.wrong[mistake], current()))
            st.code(code, language="python")


def _history(problem: Problem, tried: list[attempts.Attempt], count: int) -> None:
    """Earlier attempts, the newest first; any can go back into the editor."""
    labels = {one.uuid: _label(one) for one in tried}
    codes = {one.uuid: one.code for one in tried}
    with st.expander(t("workbench.history", count=count)):
        chosen = st.selectbox(
            t("workbench.attempt"), [one.uuid for one in reversed(tried)],
            key=f"{workbench_code.name_of(problem)}.attempt.{count}",
            format_func=labels.__getitem__,
        )  # fmt: skip
        st.code(codes[chosen], language="python")
        st.button(t("workbench.restore"), key=f"{workbench_code.name_of(problem)}.restore",
                  on_click=workbench_code.put, args=(problem, codes[chosen]))  # fmt: skip


def _label(one: attempts.Attempt) -> str:
    how = "passed" if one.passed else "failed"
    return t(f"workbench.attempt_{how}", when=f"{one.at.astimezone():%Y-%m-%d %H:%M:%S}")
