"""A puzzle of code: a solution that is known to be wrong, and a call on which it fails."""

from concurrent.futures import Future
from pathlib import Path

import streamlit as st

from lesson_core.learn.problems.grade import Key
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.spot import code, marked
from lesson_core.learn.workbench import trouble_of
from pages.ui import (
    badges,
    problems,
    report,
    spot_choice,
    workbench_bench,
    workbench_shelf,
    workbench_verdict,
)
from pages.ui.language import current, t
from pages.ui.plain_text import literal

ROOT = Path(__file__).parents[2]
SEEDS = 4  # of calls: few, so that keys are found again
LOOK_S = 0.3


def show(seed: int) -> bool:
    """The puzzle of this seed; whether it is settled, so that another may come."""
    problem, mistake = code.draw(seed)
    key = workbench_bench.bench().open(problem, 1 + seed % SEEDS)
    if key is None:
        workbench_bench.warn()
        st.markdown(t("spot.no_code"))
        return True
    if not key.done():
        st.fragment(_wait, run_every=LOOK_S)(key)
        return False
    trouble = trouble_of(key)
    if trouble is not None:
        problems.show(trouble)
        return True
    return _puzzle(problem, mistake, key.result(), seed)


def _wait(key: "Future[Key]") -> None:
    st.caption(t("spot.running_code"))
    if key.done():
        st.rerun()


def _puzzle(problem: Problem, mistake: str, key: Key, seed: int) -> bool:
    st.subheader(getattr(problem.words.title, current()), anchor=False)
    with st.expander(t("spot.should"), expanded=True):
        st.markdown(getattr(problem.words.ask, current()))
    wrong = problem.mistakes[mistake]
    st.code(wrong, language="python")
    call = code.telling_call(key, mistake)
    _failing(problem, mistake, key, call)
    st.markdown(t("spot.ask_code"))
    options = {f"{one}.{name}": getattr(code.said((one, name)), current())
               for one, name in code.offered(key, mistake, call, seed)}  # fmt: skip
    right = f"{problem.id}.{mistake}"
    chosen = spot_choice.ask(f"spot.code.{seed}", "code", right, options, right)
    if chosen is None:
        return False
    st.markdown(getattr(problem.words.why, current()))
    both = marked.of_files(wrong, problem.reference)
    st.code(both or problem.reference, language="python")
    st.caption(t("spot.file_marked" if both else "spot.passes"))
    title = getattr(problem.words.title, current())
    st.page_link(ROOT / "pages/practice/workbench.py", label=t("spot.own_code", title=title),
                 query_params={workbench_shelf.LINK: problem.id})  # fmt: skip
    report.offer(f"spot {right}", f"seed {seed}")
    return True


def _failing(problem: Problem, mistake: str, key: Key, call: int | None) -> None:
    """A call with what should come out and what comes."""
    if call is None:
        st.markdown(t("spot.every_value_right"))
        return
    found = code.failure(key, mistake, call)
    st.markdown(f"**{t('spot.failing')}**")
    should = t("spot.can_be" if key.task.cases[call].accept is not None else "spot.should_be")
    lines = [found.call, f"# {should} {found.expected}", f"# {t('spot.is_now')} {found.got}"]
    st.code("\n".join(lines), language="python", wrap_lines=True)
    st.markdown(literal(workbench_verdict.told(problem, found.trouble)))
    st.caption(badges.counted().text)
