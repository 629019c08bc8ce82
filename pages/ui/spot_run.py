"""A puzzle that a worker made: a log or an output, six candidates, and what was behind it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import streamlit as st

from lesson_core.learn import bank, catalogue, words
from lesson_core.learn.spot import marked, scenes
from lesson_core.learn.spot.scenes import RIGHT, Scene
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import from_plain
from lesson_core.schema.spot import Table
from lesson_core.source import shown
from pages.ui import badges, report, runs, spot_choice, spot_table
from pages.ui.language import current, t

ROOT = Path(__file__).parents[2]


def show(job: str) -> bool:
    """The puzzle of this job's newest run; whether it is settled, so that another may come."""

    def waiting(found: JobStatus | None) -> None:
        if found is None or not runs.is_active(found):
            return
        if found.state == "queued":
            st.caption(t("spot.queued", position=found.position or 1))
        else:
            st.caption(t(f"spot.running_{job.removeprefix('spot_')}"))
        st.button(t("spot.stop"), key="spot.stop", on_click=runs.cancel, args=(job,))

    found = runs.status(job)
    if runs.is_active(found):
        runs.follow(job, waiting, every=0.4)
        return False
    runs.show_problem(job, found)
    if found is not None and found.state == "cancelled":
        st.caption(t("spot.cancelled"))
    result = runs.result(found)
    if found is None or result is None:
        return True
    return _puzzle(found, result)


def _puzzle(found: JobStatus, result: dict[str, Any]) -> bool:
    scene, mistake = scenes.scene(result["scene"]), result["mistake"]
    st.subheader(getattr(scene.title, current()), anchor=False)
    asked = words.fill(getattr(scene.ask, current()), _values(result), result["scene"])
    st.markdown(asked)
    table, right = (from_plain(Table, result[side]) for side in ("table", "right"))
    timed = scene.kind == "timing"
    badge = badges.measured(len(table.rows)) if timed else badges.counted()
    spot_table.show(scene, table, badge.text)
    if result["passed_over"]:
        st.caption(t("spot.passed_over", n=result["passed_over"]))
    names = {name: getattr(one.name, current()) for name, one in scene.mistakes.items()}
    order = scenes.order(tuple(names), found.spec.seed)
    chosen = spot_choice.ask(
        f"spot.{found.id}", scene.kind, f"{result['scene']}.{mistake}",
        {name: names[name] for name in order}, mistake,
    )  # fmt: skip
    if chosen is None:
        return False
    st.markdown(getattr(scene.mistakes[mistake].why, current()))
    if chosen != mistake:
        why = getattr(scene.mistakes[chosen].why, current())
        st.markdown(t("spot.yours", why=why))
    _code(found, scene, mistake)
    st.markdown(f"**{t('spot.honest')}**")
    same_log = right.rows == table.rows
    if timed:
        st.caption(t("spot.honest_log" if same_log else "spot.honest_again"))
    spot_table.show(scene, replace(right, rows=()) if same_log else right, badge.text)
    _further(scene)
    report.offer(f"spot {result['scene']} {mistake}", f"seed {found.spec.seed}")
    return True


def _values(result: dict[str, Any]) -> dict[str, object]:
    """What the sentence of the scene names; three digits are enough."""
    return {name: f"{value:.3g}" if isinstance(value, float) and value < 1000 else int(value)
            for name, value in result["values"].items()}  # fmt: skip


def _code(found: JobStatus, scene: Scene, mistake: str) -> None:
    """The wrong function with its lines marked, if it is what ran."""
    st.markdown(f"**{t('spot.code_heading')}**")
    ran: dict[str, str] = {}
    for event in runs.events(found):
        if event.stage == "code":
            ran.update(event.detail["functions"])
    wrong, right = (shown(scene.module, name) for name in (mistake, RIGHT))
    if (ran.get(f"{scene.module}:{mistake}"), ran.get(f"{scene.module}:{RIGHT}")) != (
        wrong.fingerprint, right.fingerprint,
    ):  # fmt: skip
        st.warning(t("spot.changed"), icon=":material/info:")
        return
    st.code(f"# {scene.module}\n{marked.marked(wrong.text, right.text)}", language="python")
    st.caption(t("spot.marked"))


def _further(scene: Scene) -> None:
    found, lesson = bank.sources(), catalogue.lesson(scene.lesson)
    st.caption(t("card.sources", sources="; ".join(found[key] for key in scene.sources)))
    title = t(f"lessons.{lesson.id}.nav")
    st.page_link(ROOT / lesson.path, label=t("spot.lesson", title=title))
