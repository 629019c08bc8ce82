"""A model shared by two processes, on a page: time per token, and the proof that it is the same."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.parallelism import RANKS
from lesson_core.theory import stats
from lesson_core.theory.parallelism import layer_cuts
from pages.ui import badges, clock, lesson, running, runs
from pages.ui.ladder import Rung, ladder
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded

WAYS = ("single", "tensor", "pipeline", "flight")


def waiting(lesson_id: str) -> None:
    """The names without a number, before the guess."""
    ladder(key=f"{lesson_id}.ways", rungs=_rungs({}, {}), message=t("parallelism.guess_first"))


def controls(lesson_id: str, job: str, make_spec: Callable[[], Any]) -> None:
    """Run; there is nothing to choose but to start."""
    busy = runs.is_active(runs.status(job))
    st.button(t("parallelism.run"), key=f"{lesson_id}.run", type="primary", disabled=busy,
              help=t("machine.busy") if busy else None, shortcut="Mod+Enter",
              on_click=runs.start, args=(job, make_spec))  # fmt: skip
    runs.show_problem(job, runs.status(job))


def live(lesson_id: str, job: str) -> None:
    """Predicted marks first, then bars as the turns come in; asked once a second."""

    def draw(found: JobStatus | None) -> None:
        told = runs.data(found, "predicted")
        predicted = told[0]["ways"] if told else {}
        taken: dict[str, list[float]] = {way: [] for way in WAYS}
        for turn in runs.data(found, "turn"):
            taken[turn["way"]].append(turn["step_s"])
        n = min(len(samples) for samples in taken.values())
        marks = [badges.measured(n), badges.predicted()] if n else [badges.predicted()]
        ladder(key=f"{lesson_id}.ways", rungs=_rungs(taken, predicted), badges=marks,
               message=_message(found))  # fmt: skip
        if runs.is_active(found):
            st.button(t("clock.stop"), key=f"{lesson_id}.stop", on_click=runs.cancel, args=(job,))

    runs.follow(job, draw, every=1.0)


def _message(found: JobStatus | None) -> str:
    events = runs.events(found)
    steps = [e.detail for e in events if e.stage == "progress"]
    if not runs.is_active(found) or not steps or steps[-1]["what"] == "load_model":
        return clock.message(found, events) or t("parallelism.bars")
    last = steps[-1]
    return t(f"parallelism.{last['what']}", done=last["done"] + 1, total=last["total"])


def _rungs(taken: dict[str, list[float]], predicted: dict[str, dict[str, float]]) -> Sequence[Rung]:
    """Milliseconds per token of each way, and how many times as fast as one process."""
    alone = stats.median(taken["single"]) if taken.get("single") else None
    config, rungs = running.config(), []
    cut = layer_cuts(config, RANKS, "weights")[0]
    cuts = {"cut": cut, "next": cut + 1, "layers": config.n_layers}
    for way in WAYS:
        samples = taken.get(way, [])
        middle = stats.median(samples) if samples else None
        low, high = (min(samples), max(samples)) if samples else (None, None)
        expected = sum(predicted[way].values()) if way in predicted else None
        ratio = f"{alone / middle:.2f} ×" if alone and middle and way != "single" else ""
        rungs.append(
            Rung(label=t(f"parallelism.{way}"), value=_ms(middle), low=_ms(low), high=_ms(high),
                 predicted=_ms(expected), ratio=ratio, note=t(f"parallelism.{way}_note", **cuts))
        )  # fmt: skip
    return rungs


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1e3


def ratios(summary: dict[str, Any]) -> list[float]:
    """How many times as fast the tensor-parallel step is, round by round."""
    pairs = zip(summary["samples"]["single"], summary["samples"]["tensor"], strict=True)
    return [single / shared for single, shared in pairs]


def proof(summary: dict[str, Any]) -> None:
    """The logits of both ways against one process alone."""
    lesson.heading("same_answer")
    rows = [
        f"| {t(f'parallelism.{way}')} | {row['delta']:.1e} | {row['same']} / {row['tokens']} |"
        for way, row in summary["proof"].items()
        if way != "what"
    ]
    st.markdown("\n".join([t("parallelism.proof_head"), "|---|--:|--:|", *rows]))
    st.caption(t("parallelism.proof_note"))


def numbers_of(summary: dict[str, Any]) -> dict[str, object]:
    """What the explanation fills in."""
    alone, shared = (stats.median(summary["samples"][way]) for way in ("single", "tensor"))
    return {
        "single_ms": alone * 1e3,
        "tensor_ms": shared * 1e3,
        "ratio": stats.median(ratios(summary)),
        "calls": 2 * summary["layers"],
        "talk_ms": summary["talk_s"] * 1e3,
        "talk_share": 100 * summary["talk_s"] / shared,
        "message_kb": summary["message"] / 1e3,
        "latency_us": rounded(summary["link"]["latency_s"] * 1e6),
        "pipeline_ms": stats.median(summary["samples"]["pipeline"]) * 1e3,
        "flight_gain": alone / stats.median(summary["samples"]["flight"]),
        "hop": " ".join(milliseconds(summary["sharing"]["hop_s"])),
    }
