"""Which puzzle lies on the table: drawn at random, kept by the link."""

import random
from dataclasses import dataclass
from typing import Any, cast

import streamlit as st

from lesson_core.learn.spot import scenes
from lesson_core.learn.spot.scenes import KINDS, Kind
from lesson_core.schema.spot import OutputScene, SpotOutput, SpotTiming, TimingScene
from pages.ui import runs, spot_code, spot_run, workbench_bench
from pages.ui.language import t

ANY, SHOWN = "any", "spot.shown"
LINK = "puzzle"  # the seed of a puzzle of code; a run has its `job`
SEEDS = 10**6
JOBS: dict[Kind, str] = {"timing": "spot_timing", "output": "spot_output"}


@dataclass(frozen=True)
class Puzzle:
    """`scene` is empty for a puzzle of code."""

    kind: Kind
    seed: int
    scene: str = ""


def show() -> None:
    """The kind that is wanted, the puzzle, and the button for the next one."""
    puzzle = _on_the_table()
    st.segmented_control(
        t("spot.kind"), (ANY, *KINDS), default=ANY, required=True, key="spot.kind",
        format_func=lambda name: t(f"spot.{name}"), label_visibility="collapsed",
    )  # fmt: skip
    if puzzle is None:
        settled = True
        st.markdown("\n".join(f"- {t(f'spot.about_{kind}')}" for kind in KINDS))
    else:
        with st.container(border=True, key="spot-card"):
            settled = _draw(puzzle)
    label = t("spot.draw" if puzzle is None else "spot.next")
    st.button(label, key="spot.next", type="primary" if settled else "tertiary", on_click=_next)


def _draw(puzzle: Puzzle) -> bool:
    """Whether it is settled."""
    if puzzle.kind == "code":
        return spot_code.show(puzzle.seed)
    return spot_run.show(JOBS[puzzle.kind])


def _on_the_table() -> Puzzle | None:
    """The run or the code that the link names, or this session's puzzle."""
    linked = st.query_params.get("job")
    found = runs.jobs().status(linked) if linked else None
    for kind, job in JOBS.items():
        if found is not None and found.name == job:
            spec: Any = found.spec
            return Puzzle(kind, spec.seed, spec.scene)
    seed = st.query_params.get(LINK, "")
    if seed.isascii() and seed.isdecimal() and len(seed) <= len(str(SEEDS)):
        return Puzzle("code", int(seed))
    kept = st.session_state.get(SHOWN)
    return kept if isinstance(kept, Puzzle) else None


def _next() -> None:
    """Another scene than the last one, where there is one."""
    wanted, last = str(st.session_state.get("spot.kind") or ANY), _on_the_table()
    for job in JOBS.values():
        runs.cancel(job)
    drawn = random.choice([one for one in _all(wanted) if last is None or one.kind == "code"
                           or one.scene != last.scene])  # fmt: skip
    st.session_state[SHOWN] = drawn
    for name in ("job", LINK):
        st.query_params.pop(name, None)
    if drawn.kind == "timing":
        scene = cast(TimingScene, drawn.scene)
        runs.start(JOBS["timing"], lambda: SpotTiming(scene=scene, seed=drawn.seed))
    elif drawn.kind == "output":
        other = cast(OutputScene, drawn.scene)
        runs.start(JOBS["output"], lambda: SpotOutput(scene=other, seed=drawn.seed))
    else:
        st.query_params[LINK] = str(drawn.seed)


def _all(wanted: str) -> list[Puzzle]:
    """What may come; code as often as a scene of outputs does, and only where it can run."""
    seed = random.randrange(SEEDS)
    found = [Puzzle(kind, seed, scene) for kind, names in scenes.SCENES.items()
             for scene in names if wanted in (ANY, kind)]  # fmt: skip
    runs_code = workbench_bench.bench().standing.tier is not None
    if wanted == "code" or (wanted == ANY and runs_code):
        found += [Puzzle("code", seed)] * (1 if wanted == "code" else 3)
    return found
