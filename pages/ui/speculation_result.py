"""What the speculative lesson shows of a finished run: the same answer, its time, other γ."""

from typing import Any

import streamlit as st

from pages.ui import badges, lesson
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart


def proof(result: dict[str, Any]) -> None:
    """Whether the answer is the plain one, and where a round's time goes."""
    lesson.heading("same_answer")
    if result["same"]:
        st.markdown(f":material/check: {t('speculative.same', n=result['tokens_out'])}")
    else:
        margin = "–" if result["margin"] is None else rounded(result["margin"])
        told = t("speculative.near_tie", split=result["split"] or "–", margin=margin)
        st.markdown(f":material/info: {told}")
    if result["parts_s"]:
        parts = {name: " ".join(milliseconds(s)) for name, s in result["parts_s"].items()}
        step = " ".join(milliseconds(result["step_s"]))
        st.markdown(t("speculative.round_time", step=step, **parts))


def sweep(lesson_id: str, result: dict[str, Any]) -> None:
    """The same answer with other γ: measured once each, and predicted from the run above."""
    lesson.heading("best_gamma")
    rows = result["sweep"]
    best = max(rows, key=lambda row: row["speedup"])
    foreseen = [(float(r["gamma"]), r["predicted"]) for r in rows if r["predicted"] is not None]
    chart = Chart(
        title=t("speculative.sweep"),
        x=Axis(label=t("speculative.gamma_axis"), range=(1.0, 12.0), name="γ"),
        y=Axis(label=t("speculative.speedup_axis"), range=(0.0, 1.5)),
        series=[
            Series(label=t("badge.predicted"), points=foreseen, kind="predicted"),
            Series(label=t("speculative.measured"), role="decode",
                   points=[(float(row["gamma"]), row["speedup"]) for row in rows]),
            Series(label="1 ×", points=[(1.0, 1.0), (12.0, 1.0)], kind="predicted"),
        ],
        badges=[badges.live(), badges.predicted()],
        message=t("speculative.best", gamma=best["gamma"], speedup=rounded(best["speedup"])),
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.sweep", chart=chart)
    st.caption(t("speculative.sweep_note"))
