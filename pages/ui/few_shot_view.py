"""Few-shot episodes on a page: accuracy over examples per class, every method on the same ones."""

from typing import Any, cast

import streamlit as st

from lesson_core.schema.how_zero_shot import SHOTS, WAYS, FewShot
from lesson_core.schema.jobs import JobStatus
from pages.ui import badges, caching_form, clock, lesson, runs
from pages.ui.language import t
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

JOB = "few_shot"
ROLES: dict[str, Role] = {
    "zero_shot": "ink", "prototypes": "decode", "regression": "weights", "scratch": "overhead",
    "maml": "kv", "reptile": "prefill",
}  # fmt: skip
ROOM = 30.0  # on the axis, so that the names stand behind the lines
Rows = dict[str, dict[str, float]]


def show(lesson_id: str) -> None:
    """The form, the curves, and what they say."""
    lesson.heading("few_examples")
    if not caching_form.offer_encoder(f"{lesson_id}.few"):
        return
    st.markdown(t("how_zero_shot.few_text"))
    key = f"{lesson_id}.few"
    busy = runs.is_active(runs.status(JOB))
    names = {lang: t(f"how_zero_shot.lang_{lang}") for lang in ("en", "zh")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.segmented_control(t("how_zero_shot.ways"), WAYS, default=WAYS[-1], required=True,
                             key=f"{key}.ways", help=t("how_zero_shot.ways_note"))  # fmt: skip
        st.segmented_control(t("zero_shot.which"), list(names), default="en", required=True,
                             key=f"{key}.lang", format_func=names.__getitem__)  # fmt: skip
        st.button(t("how_zero_shot.few_run"), key=f"{key}.run", type="primary", disabled=busy,
                  help=t("machine.busy") if busy else None, on_click=_run, args=(key,))  # fmt: skip
        if busy:
            st.button(t("clock.stop"), key=f"{key}.stop", on_click=runs.cancel, args=(JOB,))
    runs.show_problem(JOB, runs.status(JOB))
    runs.follow(JOB, lambda found: _draw(lesson_id, key, found), every=0.5)


def _run(key: str) -> None:
    ways = int(st.session_state.get(f"{key}.ways") or WAYS[-1])
    lang = "zh" if st.session_state.get(f"{key}.lang") == "zh" else "en"
    runs.start(JOB, lambda: FewShot(ways=ways, lang=cast(Any, lang)))


def _draw(lesson_id: str, key: str, found: JobStatus | None) -> None:
    points = {int(d["shots"]): d["rows"] for d in runs.data(found, "point")}
    spec = found.spec if found is not None else FewShot()
    message = clock.message(found, runs.events(found)) if not runs.result(found) else ""
    xy_chart(key=f"{key}.chart", chart=_chart(points, spec, message or _idle(found)))
    result = runs.result(found)
    if result is not None:
        _table(points)
        _said(result, points)


def _idle(found: JobStatus | None) -> str:
    return t("how_zero_shot.few_idle") if found is None else ""


def _chart(points: dict[int, Rows], spec: FewShot, message: str) -> Chart:
    series = [
        Series(
            label=t(f"how_zero_shot.method_{method}"), role=role,
            points=[
                (float(shots), *_percent(rows[method])) for shots, rows in sorted(points.items())
            ],
        )
        for method, role in ROLES.items()
    ]  # fmt: skip
    chance = 100 / spec.ways
    line = [(float(SHOTS[0]), chance), (float(SHOTS[-1]), chance)]
    series.append(Series(label=t("how_zero_shot.chance"), points=line, kind="predicted"))
    return Chart(
        title=t("how_zero_shot.few_title", ways=spec.ways),
        x=Axis(label=t("how_zero_shot.shots"), log=True, range=(float(SHOTS[0]), ROOM),
               name=t("how_zero_shot.shots_short")),
        y=Axis(label=t("how_zero_shot.right"), range=(0.0, 100.0), name="%"),
        series=series, badges=[badges.counted(), badges.predicted()] if points else [],
        message=message, height=360,
    )  # fmt: skip


def _percent(row: dict[str, float]) -> tuple[float, float, float]:
    mean, half = 100 * row["mean"], 100 * row["half_width"]
    return mean, max(0.0, mean - half), min(100.0, mean + half)


def _table(points: dict[int, Rows]) -> None:
    head = " | ".join(f"K = {shots}" for shots in sorted(points))
    lines = [f"| | {head} |", "|---|" + "--:|" * len(points)]
    for method in ROLES:
        cells = (rows[method] for _, rows in sorted(points.items()))
        said = " | ".join(f"{100 * c['mean']:.0f} ± {100 * c['half_width']:.0f}" for c in cells)
        lines.append(f"| {t(f'how_zero_shot.method_{method}')} | {said} |")
    with st.expander(t("how_zero_shot.few_table")):
        st.markdown("\n".join(lines))


def _said(result: dict[str, Any], points: dict[int, Rows]) -> None:
    first = points[SHOTS[0]]
    lead = 100 * (first["zero_shot"]["mean"] - first["prototypes"]["mean"])
    caught = result["catches_up"]["prototypes"]
    key = "ahead" if lead > 0 else "not_ahead"
    st.markdown(t(f"how_zero_shot.{key}", points=f"{abs(lead):.0f}")
                + (t("how_zero_shot.caught", shots=caught) if caught
                   else t("how_zero_shot.never_caught", shots=SHOTS[-1])))  # fmt: skip
    st.caption(t("how_zero_shot.few_note", n=int(first["zero_shot"]["episodes"]),
                 practice=result["practice"]))  # fmt: skip
