"""The code of one problem: write, run beside the page, stop, read the verdict."""

import contextlib
from dataclasses import dataclass, field

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import attempts
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.workbench import Judging
from lesson_core.schema.answers import Answer
from pages.ui import (
    editor,
    problems,
    saved,
    workbench_bench,
    workbench_code,
    workbench_help,
    workbench_shelf,
    workbench_verdict,
)
from pages.ui.language import t, whole

QUIET_S, LOOK_S = 0.5, 0.2  # before a run is shown as running; between two looks at it


@dataclass
class Run:
    """An attempt of this session, and what its own thread has kept of it."""

    judging: Judging
    kept: list[Answer] = field(default_factory=list)


@st.fragment
def show(problem: Problem) -> None:
    """Editor, buttons, verdict; only this part reruns."""
    _follow(problem)
    name = workbench_code.name_of(problem)
    edited = editor.code_editor(name, problem.starter, label=t("workbench.code"))
    with st.container(horizontal=True, vertical_alignment="center", key="workbench-buttons"):
        clicked = st.button(t("workbench.run"), key=f"{name}.run", type="primary",
                            shortcut="Mod+Enter")  # fmt: skip
        workbench_code.ways_back(problem, edited.text)
    begun = clicked or edited.run
    if begun:
        _start(problem, edited.text)
    _verdict(name, QUIET_S if begun else 0.0)
    workbench_help.show(problem)


def _follow(problem: Problem) -> None:
    """Who types and then clicks outside reruns this part alone, and with it the click is done."""
    whole()
    if st.query_params.get(workbench_shelf.LINK) != problem.id:
        st.rerun()


def _verdict(name: str, patience_s: float) -> None:
    """Of the last run of this session; while it runs, that it does."""
    run = st.session_state.get(f"{name}.judged")
    if isinstance(run, LabError):
        problems.show(run)
    if not isinstance(run, Run):
        return
    if not run.judging.wait(patience_s):
        # A fragment that waits would hold back every click in it: this one looks and goes.
        st.fragment(_watch, run_every=LOOK_S)(run.judging, name)
        return
    while run.kept:
        saved.add(run.kept.pop())
    workbench_verdict.show(run.judging)


def _watch(judging: Judging, name: str) -> None:
    """How long it takes so far, and a way to stop it; when it has ended, the page again."""
    if judging.wait(0):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(t("workbench.busy", seconds=f"{judging.so_far_s:.0f}"), width="content")
        st.button(t("workbench.cancel"), key=f"{name}.cancel", icon=":material/stop:",
                  on_click=judging.cancel)  # fmt: skip


def _start(problem: Problem, code: str) -> None:
    """Judge the code, unless a run of this problem is under way."""
    name, bench = workbench_code.name_of(problem), workbench_bench.bench()
    running = st.session_state.get(f"{name}.judged")
    if isinstance(running, Run) and not running.judging.wait(0):
        return
    tried = attempts.attempts(saved.everything(), problem.id)
    seed, store, kept = attempts.seed_of(tried), saved.store(), list[Answer]()
    hints = int(st.session_state.get(f"{name}.hints", 0))

    def keep(judging: Judging) -> None:
        """In the run's thread: kept also where the browser has gone."""
        if judging.grade is None:
            return
        passed, mistake = judging.grade.passed, judging.grade.mistake
        value = attempts.value(code, passed=passed, mistake=mistake, seed=seed, hints=hints,
                               tier=str(bench.standing.tier))  # fmt: skip
        kept.append(saved.made(attempts.PAGE, "attempt", problem.id, value))
        with contextlib.suppress(LabError):  # the page will say so
            store.answers.append(kept[0])
        if passed:
            bench.open(problem, seed + 1)

    try:
        st.session_state[f"{name}.judged"] = Run(bench.start(problem, seed, code, keep), kept)
    except LabError as refused:
        st.session_state[f"{name}.judged"] = refused
