"""This machine: bandwidth, FLOP/s, dispatch overhead, measured live; its own roofline."""

import streamlit as st

from lesson_core.schema.specs import MachineCard
from lesson_core.theory import stats
from pages.ui import after, guess, lesson, machine_card, machine_view, running, runs, verdict
from pages.ui.language import t
from pages.ui.roofline_view import roofline_view

ID, JOB = "machine", "machine_card"
UNIT = "GFLOP/s"


def start(thorough: bool) -> None:
    recipe = running.recipe()
    runs.start(
        JOB, lambda: MachineCard(device=recipe.device, threads=recipe.threads, thorough=thorough)
    )


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="machine-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        with st.container(horizontal=True):
            busy = runs.is_active(runs.status(JOB))
            st.button(t("machine.quick"), key="machine.quick", type="primary",
                      shortcut="Mod+Enter", disabled=busy,
                      help=t("machine.busy") if busy else None,
                      on_click=start, args=(False,))  # fmt: skip
            st.button(t("machine.thorough"), key="machine.thorough", disabled=busy,
                      help=t("machine.busy") if busy else t("machine.thorough_note"),
                      on_click=start, args=(True,))  # fmt: skip
        machine_view.live(ID, JOB)
    else:  # the roofs are the answer
        roofline_view(key=f"{ID}.empty", message=t("machine.guess_first"))

found = runs.status(JOB)
card = machine_card.keep(found) or machine_card.latest()
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if card is not None:
    rate = card.flops["fp32"]
    peak = card.peak_fp32.flops / 1e9 if card.peak_fp32 else None
    samples = [sample / 1e9 for sample in rate.samples]
    outcome = verdict.Outcome(
        predicted=peak, measured=rate.per_s / 1e9, n=len(samples),
        interval=stats.bootstrap_interval(samples),
    )  # fmt: skip
    memory = card.bandwidth[-1].rate.per_s
    numbers = {
        "gflops": rate.per_s / 1e9,
        "peak_gflops": peak,
        "share": rate.per_s / 1e9 / peak * 100 if peak else None,
        "bandwidth_gbs": memory / 1e9,
        "ridge": rate.per_s / memory,
    }

verdict.show(ID, UNIT, outcome)
after.show(ID, numbers, runs.events(found))
