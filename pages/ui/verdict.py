"""Guess, prediction and measurement on one axis, and one honest sentence about the guess."""

from dataclasses import dataclass

import streamlit as st

from lesson_core.learn import quiz
from pages.ui import guess, guess_score, lesson
from pages.ui.language import t
from pages.ui.number_line import Measured, number_line
from pages.ui.numbers import rounded


@dataclass(frozen=True)
class Outcome:
    """What the prediction said and what was measured, in the unit of the guess.

    `interval` is the 95 % interval of the median, None for a single watched run; `exact` is for
    counts, which have no spread.
    """

    predicted: float | None
    measured: float | None
    interval: tuple[float, float] | None = None
    n: int = 1
    exact: bool = False
    published: bool = False  # somebody else measured it
    note: str = ""


def show(lesson_id: str, unit: str, outcome: Outcome) -> None:
    """Draw the comparison; before the guess is in, only say what will appear here."""
    lesson.heading("compare")
    if not guess.may_see(lesson_id):
        st.caption(t("lesson.locked"))
        return
    if outcome.measured is None:
        st.caption(t("verdict.not_yet"))
        return
    mine = guess.made(lesson_id)
    if mine is not None:
        guess_score.keep(lesson_id, mine, outcome.measured, outcome.interval)
    number_line(
        key=f"{lesson_id}.line",
        unit=unit,
        guess=mine.value if mine else None,
        predicted=outcome.predicted,
        measured=_measured(outcome),
        published=outcome.published,
        verdict=f"{sentence(mine.value if mine else None, unit, outcome)} {outcome.note}".strip(),
    )


def _measured(outcome: Outcome) -> Measured | None:
    if outcome.measured is None:
        return None
    low, high = outcome.interval or (None, None)
    return Measured(
        value=outcome.measured,
        low=low,
        high=high,
        n=None if outcome.exact or outcome.published else outcome.n,
    )


def sentence(mine: float | None, unit: str, outcome: Outcome) -> str:
    """The verdict in words: too noisy to say, or how far off the guess was."""
    if outcome.measured is None:
        return ""
    measured = f"{rounded(outcome.measured)} {unit}".strip()
    if mine is None:
        return t("verdict.no_guess", measured=measured)
    if outcome.interval and outcome.interval[0] <= mine <= outcome.interval[1]:
        low, high = (rounded(end) for end in outcome.interval)
        return t("verdict.too_noisy", measured=measured, low=low, high=high, unit=unit)
    factor = quiz.factor(mine, outcome.measured)
    direction = "high" if mine > outcome.measured else "low"
    if factor >= 2:
        return t(f"verdict.factor_{direction}", measured=measured, factor=rounded(factor))
    percent = round(abs(mine / outcome.measured - 1) * 100)
    return t(f"verdict.percent_{direction}", measured=measured, percent=percent)
