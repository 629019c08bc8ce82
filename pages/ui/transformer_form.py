"""What the Transformer lesson asks for: a task, how many digits, and what may be left out."""

from typing import cast

import streamlit as st

from lesson_core.schema.first_transformer import BrokenTransformer, Task, TrainTransformer
from pages.ui import runs
from pages.ui.language import t

TASKS: tuple[Task, ...] = ("reverse", "copy", "add")
DIGITS = (2, 3, 4, 5, 6, 7, 8)
SECONDS = 50.0  # at most; it ends earlier where every answer is right
FIRST = TrainTransformer()  # what the guess speaks of
BROKEN = "broken_transformer"


def controls(lesson_id: str, job: str) -> None:
    """Task, digits, the two switches, and Run."""
    busy = runs.is_active(runs.status(job))
    names = {task: t(f"first_transformer.task_{task}") for task in TASKS}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(
            t("first_transformer.task"), TASKS, default=FIRST.task, key=f"{lesson_id}.task",
            required=True, format_func=names.__getitem__,
        )  # fmt: skip
        st.select_slider(t("first_transformer.digits"), DIGITS, FIRST.digits,
                         key=f"{lesson_id}.digits", width=140)  # fmt: skip
        with st.container(width="content", gap=None):
            st.toggle(t("first_transformer.positions"), value=True, key=f"{lesson_id}.positions")
            st.toggle(t("first_transformer.causal"), value=True, key=f"{lesson_id}.causal")
        st.button(t("first_transformer.run"), key=f"{lesson_id}.run", type="primary",
                  disabled=busy, help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, lambda: spec(lesson_id)))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))
    runs.show_problem(job, runs.status(job))


def spec(lesson_id: str) -> TrainTransformer:
    """What the form says."""
    state = st.session_state
    return TrainTransformer(
        task=cast(Task, state.get(f"{lesson_id}.task") or FIRST.task),
        digits=int(state.get(f"{lesson_id}.digits") or FIRST.digits),
        positions=bool(state.get(f"{lesson_id}.positions", True)),
        causal=bool(state.get(f"{lesson_id}.causal", True)),
        seconds=SECONDS,
    )


def broken(lesson_id: str) -> None:
    """Classes, length and seed of the four checks, and the button that runs them."""
    numbers = {"vocab_size": (3, 100, 12), "length": (3, 32, 8), "seed": (0, 1_000_000, 0)}
    busy = runs.is_active(runs.status(BROKEN))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for name, (low, high, first) in numbers.items():
            st.number_input(t(f"first_transformer.{name}"), low, high, first, width=150,
                            key=f"{lesson_id}.broken_{name}")  # fmt: skip
        st.button(t("first_transformer.check"), key=f"{lesson_id}.check", type="primary",
                  disabled=busy, help=t("machine.busy") if busy else None,
                  on_click=runs.start,
                  args=(BROKEN, lambda: _broken(lesson_id, numbers)))  # fmt: skip
    runs.show_problem(BROKEN, runs.status(BROKEN))


def _broken(lesson_id: str, numbers: dict[str, tuple[int, int, int]]) -> BrokenTransformer:
    said = {name: int(st.session_state.get(f"{lesson_id}.broken_{name}", first))
            for name, (_, _, first) in numbers.items()}  # fmt: skip
    return BrokenTransformer(**said)
