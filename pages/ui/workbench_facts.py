"""Beside the verdict: every call, what was counted, what was printed. For information only."""

import streamlit as st

from lesson_core.learn.problems.grade import Grade
from lesson_core.learn.workbench import Judging
from pages.ui.language import current, t
from pages.ui.plain_text import visible

PRINTED = 4_000  # characters shown of what the code printed


def show(judging: Judging, grade: Grade) -> None:
    """The calls in a list, a line of numbers, the output as plain text."""
    outcome, problem = grade.verdict.outcome, judging.problem
    if grade.verdict.problems and -1 not in outcome.answers:
        wrong = sum(found is not None for found in grade.verdict.problems)
        count = len(grade.verdict.problems)
        with st.expander(t("workbench.calls", right=count - wrong, count=count)):
            st.markdown("  \n".join(_calls(judging, grade)))
    facts = [t("workbench.facts", seconds=f"{judging.took_s:.1f}", wall=f"{outcome.wall_s:.2f}",
               mib=outcome.peak_bytes // 2**20)]  # fmt: skip
    counts = [answer.counts for answer in outcome.answers.values() if answer.counts]
    if problem.count == "lines":
        facts.append(t("workbench.lines", count=sum(_number(one, "lines") for one in counts)))
    elif problem.count == "torch":
        facts.append(t("workbench.flops", count=sum(_number(one, "flops") for one in counts)))
    st.caption(" · ".join(facts))
    _printed(outcome.stdout + outcome.stderr, outcome.dropped_bytes)


def _calls(judging: Judging, grade: Grade) -> list[str]:
    """A line per call: right, not right, or not reached."""
    problem, answers = judging.problem, grade.verdict.outcome.answers
    lines = []
    for number, probe in enumerate(problem.probes(judging.seed)):
        if probe.name:
            name = getattr(problem.words.probes[probe.name], current())
        else:
            name = t("workbench.example", n=number + 1)
        if number not in answers:
            name, icon = f"{name} · {t('workbench.not_reached')}", "remove"
        else:
            icon = "check" if grade.verdict.problems[number] is None else "close"
        lines.append(f":material/{icon}: {name}")
    return lines


def _number(counts: dict[str, object], name: str) -> int:
    """A count that learner code could have forged: shown, never trusted."""
    found = counts.get(name)
    return found if isinstance(found, int) else 0


def _printed(text: str, dropped: int) -> None:
    if not text.strip():
        return
    with st.expander(t("workbench.printed")):
        st.code(visible(text[:PRINTED]), language=None)
        if len(text) > PRINTED or dropped:
            st.caption(t("workbench.printed_cut", count=min(len(text), PRINTED)))
