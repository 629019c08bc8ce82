"""What came of a run: right, or which call is not, with its input, and what is likely wrong."""

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import attempts, display, words
from lesson_core.learn.judge import WORK
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.grade import Grade
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.workbench import Judging
from pages.ui import problems, saved, workbench_facts, workbench_shelf
from pages.ui.language import current, t
from pages.ui.plain_text import literal

LONG = 700  # characters of a call, and of each value


def show(judging: Judging) -> None:
    """The verdict, or why there is none."""
    if judging.trouble is not None or judging.grade is None:
        problems.show(judging.trouble or LabError("judge_cancelled"))
        return
    if judging.grade.passed:
        count = len(judging.grade.verdict.problems)
        st.success(t("workbench.passed", count=count), icon=":material/check:")
        _next(judging.problem)
    else:
        _wrong(judging.problem, judging.grade)
    workbench_facts.show(judging, judging.grade)


def _wrong(problem: Problem, grade: Grade) -> None:
    """The first call that failed; above it why the run was stopped, if it was."""
    verdict, lines = grade.verdict, []
    if verdict.ended is not None:
        lines.append(literal(told(problem, verdict.ended)))
    if grade.failed is not None:
        lines.append(f"**{literal(called(problem, grade.wrong[0], grade))}**")
    first = verdict.problems[grade.wrong[0] if grade.wrong else 0]
    if verdict.ended is None and first is not None:
        lines.append(literal(told(problem, first)))
    likely = [getattr(problem.words.wrong[grade.mistake], current())] if grade.mistake else []
    st.warning("\n\n".join(["  \n".join(lines), *likely]), icon=":material/close:")
    if grade.failed is not None:
        st.code(_call(problem, grade), language="python", wrap_lines=True)


def called(problem: Problem, number: int, grade: Grade) -> str:
    """The sentence that names a call."""
    if number < len(problem.visible):
        return t("workbench.example_wrong", n=number + 1)
    name = grade.failed.name if grade.failed is not None else ""
    return t("workbench.hidden_wrong", probe=getattr(problem.words.probes[name], current()))


def told(problem: Problem, trouble: LabError) -> str:
    """The judge's sentence; a rule of the problem's own is said in the problem's words."""
    values = dict(trouble.values)
    if trouble.code == "judge_rule":
        rule = str(values.pop("rule"))
        said = getattr(problem.words.rules[rule], current())
        values = {"rule": words.fill(said, values, problem.id, strict=False)}
    if values.get("what") in ("lines", "flops"):
        values["what"] = t(f"workbench.work_{values['what']}")
    return problems.sentence(trouble.code, values)


def _call(problem: Problem, grade: Grade) -> str:
    """The call as code; with what should come out and what came, where those differ."""
    assert grade.failed is not None
    number, case = grade.wrong[0], grade.failed.case
    lines = [display.call("" if problem.driver else problem.function, case.arguments, LONG)]
    found = grade.verdict.problems[number]
    if found is not None and found.code in WORK:
        return lines[0]
    said = grade.verdict.outcome.answers.get(number)
    if case.accept is None:
        lines.append(f"# {t('workbench.should_be')} {display.text(case.expected, LONG)}")
    if said is not None and said.error is None:
        lines.append(f"# {t('workbench.is_now')} {display.text(said.value, LONG)}")
    return "\n".join(lines)


def _next(problem: Problem) -> None:
    """On to the next that is not solved, in the order of the shelf."""
    states = attempts.states(saved.everything())
    at = shelf.IDS.index(problem.id) if problem.id in shelf.IDS else 0
    after = [one for one in (*shelf.every()[at + 1 :], *shelf.every()[:at])
             if states.get(one.id) != "solved"]  # fmt: skip
    if after:
        title = getattr(after[0].words.title, current())
        if st.button(t("workbench.next", title=title), key=f"workbench.next.{problem.id}"):
            workbench_shelf.turn_to(after[0].id)
            st.rerun()
