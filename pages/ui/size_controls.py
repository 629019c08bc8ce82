"""What the size sweep is asked for, and how an interrupted one goes on."""

from typing import cast

import streamlit as st

from lesson_core.schema.recipe import Precision
from lesson_core.schema.size_sweep import SizePoint, SizeSweep
from lesson_core.schema.sizes import SIZES
from pages.ui import machine_card, runs, saved
from pages.ui.language import t
from pages.ui.size_chart import told

PRECISIONS = ("fp32", "bf16", "int8", "int4")
BATCHES = (1, 4, 16)
LARGEST = ("300M", "1B", "3B", "8B")


def spec(lesson_id: str, *, resumed: bool = False) -> SizeSweep:
    """The chosen sweep; `resumed` with the sizes that an interrupted run has measured."""
    state = st.session_state
    precision = cast(Precision, state.get(f"{lesson_id}.precision") or "fp32")
    batch = int(state.get(f"{lesson_id}.batch") or 1)
    return SizeSweep(
        precision=precision,
        batch=batch,
        largest=state.get(f"{lesson_id}.largest") or "300M",
        threads=int(state.get("recipe.threads", 0)),
        known=_known(precision, batch) if resumed else (),
        card=machine_card.latest(),
    )


def ask(lesson_id: str, job: str) -> None:
    """Precision, batch, the largest size, and Run or Go on."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(t("size.precision"), PRECISIONS, default="fp32", required=True,
                             key=f"{lesson_id}.precision")  # fmt: skip
        st.segmented_control(t("size.batch"), BATCHES, default=1, required=True,
                             key=f"{lesson_id}.batch")  # fmt: skip
        st.segmented_control(t("size.largest"), LARGEST, default="300M", required=True,
                             key=f"{lesson_id}.largest")  # fmt: skip
        known = len(spec(lesson_id, resumed=True).known)
        label = t("size.resume", n=known) if known else t("size.run")
        st.button(label, key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=_start, args=(lesson_id, job))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def _start(lesson_id: str, job: str) -> None:
    before = st.session_state.get(f"job.{job}")
    runs.start(job, lambda: spec(lesson_id, resumed=True))
    started = st.session_state.get(f"job.{job}")
    if started != before:
        chosen = spec(lesson_id)
        saved.set_setting(_key(chosen.precision, chosen.batch), started)


def _key(precision: str, batch: int) -> str:
    return f"size_sweep.{precision}.{batch}"


def _known(precision: str, batch: int) -> tuple[SizePoint, ...]:
    """The points of the last run of this sweep, if it ended before it was done."""
    last = saved.setting(_key(precision, batch))
    found = runs.jobs().status(last) if last else None
    if found is None or not found.ended or found.state == "done":
        return ()
    return tuple(
        SizePoint(size=row["size"], samples_s=tuple(row["samples_s"]),
                  machine_id=row["machine_id"], threads=row["threads"])
        for row in told(runs.events(found), "size") if row["size"] in SIZES
    )  # fmt: skip
