"""One problem: what is asked, examples, the code and its verdict, and what helps."""

from concurrent.futures import Future
from pathlib import Path

import streamlit as st

from lesson_core.learn import attempts, catalogue, display
from lesson_core.learn.problems.grade import Key
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.workbench import trouble_of
from pages.ui import (
    problems,
    report,
    saved,
    workbench_bench,
    workbench_desk,
    workbench_help,
    workbench_shelf,
)
from pages.ui.language import current, t

ROOT = Path(__file__).parents[2]
LONG = 400  # characters of a call, and of a value, in an example
LOOK_S = 0.3


def show(problem: Problem) -> None:
    """The whole page of a problem, below its title."""
    seed = attempts.seed_of(attempts.attempts(saved.everything(), problem.id))
    key = workbench_bench.bench().open(problem, seed)
    with st.container(horizontal=True, vertical_alignment="center", key="workbench-about"):
        st.caption(workbench_shelf.about(problem), width="content")
        lesson = catalogue.lesson(problem.words.lesson)
        title = t(f"lessons.{lesson.id}.nav")
        st.page_link(ROOT / lesson.path, label=t("workbench.lesson", title=title))
    st.markdown(getattr(problem.words.ask, current()))
    waiting = key is not None and not key.done()
    st.fragment(_examples, run_every=LOOK_S if waiting else None)(problem, key, waiting)
    if key is not None:
        workbench_desk.show(problem)
    else:
        st.code(problem.starter, language="python")
        workbench_help.show(problem)
    workbench_bench.line()
    report.offer(f"problem {problem.id}", f"seed {seed}")


def _examples(problem: Problem, key: "Future[Key] | None", waiting: bool) -> None:
    """Calls of the statement with what is right for them, as soon as that is known."""
    trouble = trouble_of(key) if key is not None else None
    cases = key.result().task.cases if key is not None and key.done() and not trouble else None
    if waiting and (cases or trouble):
        st.rerun()  # the page, which then need not look again
    lines = []
    for number, case in enumerate(problem.visible):
        lines.append(display.call("" if problem.driver else problem.function, case.arguments, LONG))
        if cases is not None:
            word = t("workbench.one_right") if case.accept is not None else "→"
            lines.append(f"# {word} {display.text(cases[number].expected, LONG)}")
        lines.append("")
    if lines:
        st.markdown(f"**{t('workbench.examples')}**")
        st.code("\n".join(lines).rstrip(), language="python", wrap_lines=True)
    if waiting:
        st.caption(t("workbench.examples_wait"))
    if trouble is not None:
        problems.show(trouble)
    if problem.driver:
        with st.expander(t("workbench.driver")):
            st.code(problem.driver, language="python")
