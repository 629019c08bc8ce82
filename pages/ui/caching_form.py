"""What the caching lesson asks for: who asks what, how much room, who has to leave."""

from typing import cast

import streamlit as st

from lesson_core.artefacts.registry import ENCODER
from lesson_core.schema.caching import Caching
from lesson_core.schema.recipe import Recipe
from lesson_core.theory.caching import EVICTIONS, Eviction
from pages.ui import download, running, runs
from pages.ui.language import current, t

SKEWS = (0.0, 0.5, 0.8, 1.0, 1.2, 1.5, 2.0)
ROOMS = (2, 4, 7, 10, 15, 20, 27, 36, 48, 60, 80, 108)
BLOCKS, SERVED = (8, 16, 24, 48, 96), (12, 24, 48)
THRESHOLDS = tuple(round(0.5 + 0.01 * i, 2) for i in range(50))
FIRST = Caching(recipe=Recipe(model=""))  # the settings that the guess speaks of


def spec(lesson_id: str) -> Caching:
    """What the form says; LabError where it makes no sense."""

    def said(name: str) -> float:
        return float(st.session_state.get(f"{lesson_id}.{name}", getattr(FIRST, name)))

    return Caching(
        recipe=running.recipe(),
        lang="zh" if current() == "zh" else "en",
        skew=said("skew"),
        capacity=int(said("capacity")),
        policy=cast(Eviction, st.session_state.get(f"{lesson_id}.policy") or FIRST.policy),
        ttl=int(said("ttl")),
        blocks=int(said("blocks")),
        threshold=said("threshold"),
        served=int(said("served")),
    )


def controls(lesson_id: str, job: str) -> None:
    """Skew, room, policy, and Run; the rest behind “more”."""
    busy = runs.is_active(runs.status(job))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.select_slider(t("caching.skew"), SKEWS, FIRST.skew, key=f"{lesson_id}.skew", width=150,
                         help=t("caching.skew_note"))  # fmt: skip
        st.select_slider(t("caching.room"), ROOMS, FIRST.capacity, key=f"{lesson_id}.capacity",
                         width=150, help=t("caching.room_note"))  # fmt: skip
        st.segmented_control(
            t("caching.policy"), EVICTIONS, default=FIRST.policy, key=f"{lesson_id}.policy",
            format_func=str.upper, required=True, help=t("caching.policy_note"),
        )  # fmt: skip
        with st.popover(t("caching.more")):
            st.number_input(t("caching.ttl"), 1, 100_000, FIRST.ttl, key=f"{lesson_id}.ttl")
            st.select_slider(t("caching.blocks"), BLOCKS, FIRST.blocks, key=f"{lesson_id}.blocks")
            st.select_slider(
                t("caching.threshold"), THRESHOLDS, FIRST.threshold, key=f"{lesson_id}.threshold",
                help=t("caching.threshold_note"),
            )  # fmt: skip
            st.select_slider(t("caching.served"), SERVED, FIRST.served, key=f"{lesson_id}.served")
        st.button(t("caching.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
                  on_click=runs.start, args=(job, lambda: spec(lesson_id)))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def offer_encoder(lesson_id: str) -> bool:
    """Whether the sentence encoder is here; where it is not, say so and offer it."""
    return download.needed(ENCODER, f"{lesson_id}.encoder", "caching.no_encoder")
