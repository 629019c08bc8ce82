"""What it would take to serve a model: memory, speed and cost of hardware that is not here."""

import streamlit as st

from lesson_core.schema.events import Event
from lesson_core.source import fingerprint
from lesson_core.theory import deployment, efficiency
from lesson_core.theory.model_table import rows
from pages.ui import after, guess, lesson, planner_form, planner_points, planner_view, verdict
from pages.ui.language import t
from pages.ui.numbers import rounded

ID, UNIT = "planner", "tok/s"

lesson.head(ID)
guess.ask(ID, UNIT)
wish = None
with st.container(border=True, key="planner-card"):
    st.caption(lesson.prose(ID, "experiment"))
    if guess.may_see(ID):
        wish = planner_form.ask(ID)
        if wish is not None:
            planner_view.show(ID, wish)
    else:
        planner_view.waiting(ID)

held = planner_points.point()
made = held.case.deployment
read = sum(made.model.read_bytes(made.scheme).values())
bound = made.hardware.bandwidth / read
width = efficiency.band(made.software.name)
numbers: dict[str, object] = {
    "read_gb": rounded(read / 1e9),
    "bandwidth_gbs": rounded(made.hardware.bandwidth / 1e9),
    "bound_ms": rounded(1e3 / bound),
    "bound_tok_s": rounded(bound),
    "published": rounded(held.published),
    "share": round(100 * held.published / bound),
    "layers": made.model.config.n_layers,
    "points": len(rows("held_out.csv")),
    "predicted": rounded(held.predicted),
    "low": rounded(held.predicted / width),
    "high": rounded(held.predicted * width),
}
outcome = verdict.Outcome(
    predicted=held.predicted,
    measured=held.published if guess.may_see(ID) else None,
    published=True,
    note=t("planner.point_note"),
)
verdict.show(ID, UNIT, outcome)
if guess.may_see(ID):
    planner_points.gap(ID, held)
    if wish is not None:
        planner_points.chart(ID, wish)
ran = {
    "lesson_core/theory/deployment.py:Deployment.decode_terms": fingerprint(
        deployment.Deployment.decode_terms
    ),
    "lesson_core/theory/deployment.py:combine": fingerprint(deployment.combine),
}
after.show(ID, numbers, [Event(stage="code", detail={"functions": ran})])
