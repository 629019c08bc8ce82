"""How compression helps: every scheme beside fp32, its speed, its bytes and its quality."""

from dataclasses import replace
from typing import Any

import streamlit as st

from lesson_core.schema.compression import Compression
from lesson_core.schema.recipe import CompileKind
from pages.ui import (
    after,
    by_hand,
    distil_live,
    gap,
    guess,
    lesson,
    machine_card,
    running,
    runs,
    scheme_tables,
    schemes,
    verdict,
)  # fmt: skip
from pages.ui.language import t

ID, JOB = "compression", "compression"
UNIT = "×"


def start() -> None:
    how: CompileKind = "fused" if st.session_state.get(f"{ID}.step") == "fused" else "none"
    recipe = replace(running.recipe(), compile=how)
    runs.start(JOB, lambda: Compression(recipe=recipe, card=machine_card.latest()))


def choices() -> None:
    """The button, and whether both sides of every pair take their step fused."""
    busy = runs.is_active(runs.status(JOB))
    steps = {name: t(f"compression.step.{name}") for name in ("plain", "fused")}
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("compression.run"), key=f"{ID}.run", type="primary", shortcut="Mod+Enter",
                  disabled=busy, help=t("machine.busy") if busy else None,
                  on_click=start)  # fmt: skip
        st.segmented_control(t("compression.step.label"), list(steps), default="plain",
                             key=f"{ID}.step", required=True, format_func=steps.__getitem__,
                             help=t("compression.step.note"),
                             label_visibility="collapsed")  # fmt: skip


def numbers_of(rows: dict[str, dict[str, Any]]) -> dict[str, object]:
    """What the explanation fills in; a scheme that did not run leaves its gap."""

    def ratio(name: str, where: str = "decode") -> float | None:
        pair = rows.get(name, {}).get(where)
        return pair["ratio"]["median"] if pair else None

    def kl(name: str) -> float | None:
        return rows[name]["quality"]["texts"]["en"]["kl"] if "quality" in rows[name] else None

    int8, plain = rows["int8"], rows["fp32"]
    if "decode" not in int8:
        return {}
    return {
        "fp32_mb": plain["read_bytes"] / 1e6,
        "int8_mb": int8["read_bytes"] / 1e6,
        "expected": int8["predicted_ratio"],
        "int8": ratio("int8"),
        "int4": ratio("int4"),
        "masks": ratio("unstructured"),
        "two_four": ratio("2:4"),
        "rows": ratio("ffn"),
        "kl_int8": kl("int8"),
        "kl_int4": kl("int4"),
        "kl_masks": kl("unstructured"),
        "kl_rows": kl("ffn"),
    }


lesson.head(ID)
guess.ask(ID, UNIT)
with st.container(border=True, key="compression-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        choices()
        schemes.live(ID, JOB)
    else:
        schemes.waiting(ID)

found = runs.status(JOB)
summary = runs.result(found)
numbers: dict[str, object] = {}
outcome = verdict.Outcome(predicted=None, measured=None)
if summary is not None:
    rows = {row["name"]: row for row in summary["schemes"]}
    numbers = numbers_of(rows)
    pair = rows["int8"].get("decode")
    if pair is not None:
        noisy = pair["plain"]["noisy"] or pair["other"]["noisy"]
        outcome = verdict.Outcome(
            predicted=rows["int8"]["predicted_ratio"],
            measured=pair["ratio"]["median"],
            interval=tuple(pair["ratio"]["interval"]),
            n=summary["repeats"],
            note=t("compression.noisy_note" if noisy else "compression.of_int8"),
        )

verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    if summary is not None:
        if summary["steps"]:
            gap.show(ID, summary["steps"])
        scheme_tables.show(ID, summary)
    by_hand.ask(ID)
    distil_live.show(ID)
ran = [event for job in (JOB, distil_live.JOB) for event in runs.events(runs.status(job))]
after.show(ID, numbers, ran)
