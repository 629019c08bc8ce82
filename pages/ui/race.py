"""The race: stages that were measured one after another, replayed side by side at true speed."""

from typing import Any

import streamlit as st

from lesson_core.theory.recorded import recorded
from pages.ui import badges, lesson
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.stack import name
from pages.ui.token_clock import Stat, token_clock

LANES = 4


def show(lesson_id: str, run: str, summary: dict[str, Any] | None) -> None:
    """Choose two to four stages and start them together; the link carries the choice."""
    lesson.heading("race")
    from_here = summary is not None
    shown = summary or recorded("optimise")  # of another machine, until this one has its own
    stages = {str(stage["stage"]): stage for stage in shown["stages"]}
    if not from_here:
        where = shown["environment"]
        st.caption(t("race.recorded", machine=literal(where["cpu"]), when=where["started_at"][:10]))
    lanes = _lanes(lesson_id, list(stages))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        picked = st.multiselect(
            t("race.lanes"), list(stages), lanes, max_selections=LANES,
            key=f"{lesson_id}.lanes.{run}",  # the stages of another run are others
            format_func=lambda stage: name(stages[stage]["change"]),
        )  # fmt: skip
        ready = len(picked) >= 2
        st.button(t("race.start"), key=f"{lesson_id}.race", disabled=not ready,
                  help=None if ready else t("race.two"),
                  on_click=_start, args=(lesson_id, picked))  # fmt: skip
    turn = int(st.session_state.get(f"{lesson_id}.turn", 0))
    columns = st.columns(2)
    for place, stage in enumerate(picked if ready else []):
        with columns[place % 2]:
            _lane(f"{lesson_id}.lane{place}", f"{run}.{stage}.{turn}", stages[stage], turn > 0,
                  from_here)  # fmt: skip


def _lanes(lesson_id: str, stages: list[str]) -> list[str]:
    """Those in the link, as far as they exist; else the first and the last stage."""
    asked = [part for part in st.query_params.get("race", "").split(".") if part in stages]
    return asked[:LANES] if len(asked) >= 2 else [stages[0], stages[-1]]


def _start(lesson_id: str, picked: list[str]) -> None:
    st.query_params["race"] = ".".join(picked)
    st.session_state[f"{lesson_id}.turn"] = st.session_state.get(f"{lesson_id}.turn", 0) + 1


def _lane(key: str, run: str, stage: dict[str, Any], replay: bool, from_here: bool) -> None:
    n = len(stage["samples"]["tpot_s"])
    badge = badges.measured(n) if from_here else badges.recorded()
    total = stage["bars"][-1]["end_ms"]
    events = [
        {"kind": bar["kind"], "step": step, "start_ms": bar["start_ms"], "end_ms": bar["end_ms"],
         "token": {"id": bar["id"], "text": bar["text"], "control": bar["control"]}}
        for step, bar in enumerate(stage["bars"])
    ]  # fmt: skip
    st.markdown(f"**{name(stage['change'])}**")
    token_clock(
        key=key, state="done", run=run, events=events, replay=replay,
        stats=[Stat(label=t("race.whole"), value=f"{total:,.0f}", unit="ms", badge=badge)],
    )  # fmt: skip
