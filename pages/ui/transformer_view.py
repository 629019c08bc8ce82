"""A small Transformer on a page as it learns: loss, right answers, and what it writes."""

from typing import Any

import streamlit as st

from lesson_core.schema.first_transformer import TrainTransformer
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, clock, lesson, runs
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.plain_text import literal
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

Summary = dict[str, Any]
STEPS = 200.0  # shown before anything is there
TOP = 3.0  # nats


def waiting(lesson_id: str) -> None:
    """The empty axes, before the guess."""
    _charts(lesson_id, None, t("first_transformer.guess_first"))


def live(lesson_id: str, job: str) -> None:
    """Both curves grow step by step; under them, four questions it has never seen."""

    def draw(found: JobStatus | None) -> None:
        _charts(lesson_id, found, _message(found))
        told = runs.data(found, "step")
        if told:
            _samples(told[-1]["samples"])

    runs.follow(job, draw, every=0.5)


def parts(summary: Summary) -> None:
    """The first loss: ln V, half the variance of the scores, and the rest."""
    lesson.heading("first_loss")
    one = summary["untrained"]
    rest = one["loss"] - one["classes_part"] - one["spread_part"]
    rows = [(t("first_transformer.part_classes", n=one["classes"]), one["classes_part"]),
            (t("first_transformer.part_spread"), one["spread_part"]),
            (t("first_transformer.part_rest"), rest),
            (f"**{t('first_transformer.part_all')}**", one["loss"])]  # fmt: skip
    lines = [f"| {name} | {nats:.3f} |" for name, nats in rows]
    st.markdown("\n".join([t("first_transformer.parts_head"), "|---|--:|", *lines]))
    st.caption(t("first_transformer.parts_note", n=one["n"]))


def outcome(summary: Summary, found: JobStatus | None) -> str:
    """How the training ended, and what was switched off in it."""
    spec = found.spec if found else TrainTransformer()
    said = [t(f"first_transformer.{'learnt' if summary['learnt'] else 'not_learnt'}",
              steps=summary["steps"], seconds=rounded(summary["seconds"]), right=summary["right"],
              tested=summary["tested"], parameters=summary["parameters"])]  # fmt: skip
    for switch in ("positions", "causal"):
        if not getattr(spec, switch):
            said.append(t(f"first_transformer.without_{switch}"))
    return " ".join(said)


def _charts(lesson_id: str, found: JobStatus | None, message: str) -> None:
    told = runs.data(found, "step")
    last = max(STEPS, told[-1]["step"] if told else 0.0)
    steps = Axis(label=t("first_transformer.steps"), range=(0.0, last),
                 name=t("first_transformer.step"))  # fmt: skip
    known = runs.data(found, "untrained")
    loss = [Series(label=t("first_transformer.loss"), role="decode",
                   points=[(d["step"], d["loss"]) for d in told])]  # fmt: skip
    if known:
        line = known[0]["classes_part"]
        loss.append(Series(label=f"ln {known[0]['classes']}", kind="predicted",
                           points=[(0.0, line), (last, line)]))  # fmt: skip
    share = [(d["step"], 100 * d["right"] / d["tested"]) for d in told]
    right = [Series(label=t("first_transformer.right"), points=share)]
    one, other = st.columns(2)
    with one:
        xy_chart(key=f"{lesson_id}.loss", chart=Chart(
            title=t("first_transformer.loss_chart"), x=steps, height=210, message=message,
            y=Axis(label=t("first_transformer.nats"), range=(0.0, TOP)), series=loss,
            badges=[badges.live()] if told else [],
        ))  # fmt: skip
    with other:
        xy_chart(key=f"{lesson_id}.right", chart=Chart(
            title=t("first_transformer.right_chart"), x=steps, height=210, series=right,
            y=Axis(label=t("first_transformer.percent"), range=(0.0, 100.0)),
            message=t("first_transformer.unseen"), badges=[badges.live()] if told else [],
        ))  # fmt: skip


def _samples(samples: list[list[str]]) -> None:
    lines = [
        f"| {literal(asked)} | {literal(given)} | {literal(wanted)} "
        f"| {'✓' if given == wanted else '✗'} |"
        for asked, given, wanted in samples
    ]
    st.markdown("\n".join([t("first_transformer.samples_head"), "|--:|--:|--:|---|", *lines]))


def _message(found: JobStatus | None) -> str:
    told = runs.data(found, "step")
    if told and runs.is_active(found):
        return t("first_transformer.learning", step=told[-1]["step"],
                 loss=f"{told[-1]['loss']:.3f}")  # fmt: skip
    if told:
        return t("first_transformer.ended", step=told[-1]["step"], loss=f"{told[-1]['loss']:.4f}")
    return clock.message(found, runs.events(found)) or t("first_transformer.idle")
