"""What talking costs, and who waits: all-reduces over message size, stages over time, bubbles."""

from typing import Any

import streamlit as st

from pages.ui import badges, lesson
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.stage_times import stage_times
from pages.ui.xy_chart import Axis, Band, Chart, Series, xy_chart

SPLITS = ("layers", "weights")
MICRO_BATCHES = (1, 2, 4, 8)


def all_reduce(lesson_id: str, summary: dict[str, Any]) -> None:
    """Measured all-reduces over their size, and latency + bytes/bandwidth through them."""
    lesson.heading("what_talking_costs")
    link = summary["link"]
    measured = [(float(p["size"]), *(p[k] * 1e6 for k in ("median_s", "low_s", "high_s")))
                for p in link["points"]]  # fmt: skip
    # Two ranks: a ring sends the message once over each link.
    model = [(size, (link["latency_s"] + size / link["bandwidth"]) * 1e6) for size, *_ in measured]
    message = float(summary["message"])
    xy_chart(key=f"{lesson_id}.link", chart=Chart(
        title=t("parallelism.link_chart"),
        x=Axis(label=t("parallelism.bytes"), log=True, name=t("parallelism.bytes_short")),
        y=Axis(label=t("parallelism.us"), log=True),
        series=[Series(label="", points=model, kind="predicted", role="overhead"),
                Series(label=t("parallelism.all_reduce"), points=measured, role="overhead")],
        bands=[Band(label=t("parallelism.a_step"), start=message * 0.8, end=message * 1.25)],
        badges=[badges.measured(30), badges.predicted()],
        height=260,
    ))  # fmt: skip
    st.caption(t(
        "parallelism.link_note", latency=rounded(link["latency_s"] * 1e6),
        bandwidth=rounded(link["bandwidth"] / 1e9), error=round(100 * link["error"]),
        between=rounded(summary["sharing"]["talk_s"] * 1e6),
    ))  # fmt: skip


def stages(lesson_id: str, summary: dict[str, Any]) -> None:
    """One prefill through the stages, drawn as it ran; below it the bubble over micro-batches."""
    lesson.heading("who_waits")
    st.markdown(t("parallelism.stages_intro", tokens=summary["flow_tokens"]))
    middle = {"layers": summary["layers"] // 2, "weights": summary["ends"][0]}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        micro = st.segmented_control(t("parallelism.micro"), MICRO_BATCHES, default=4,
                                     required=True, key=f"{lesson_id}.micro")  # fmt: skip
        split = st.segmented_control(
            t("parallelism.split"), SPLITS, default="weights", required=True,
            key=f"{lesson_id}.split", format_func=lambda name: t(
                f"parallelism.by_{name}", first=middle[name],
                second=summary["layers"] - middle[name]),
        )  # fmt: skip
    flow = next(f for f in summary["flows"]
                if (f["split"], f["micro_batches"]) == (split, micro))  # fmt: skip
    rows = [(t("parallelism.stage", stage=i), spans) for i, spans in enumerate(flow["stages"], 1)]
    stage_times(
        key=f"{lesson_id}.stages", title=t("parallelism.stages_chart"), stages=rows,
        end=flow["makespan_s"], badges=[badges.live()],
        message=t("parallelism.idle", idle=round(100 * flow["idle"]),
                  general=round(100 * flow["general"]), equal=round(100 * flow["equal"])),
    )  # fmt: skip
    _bubbles(lesson_id, [f for f in summary["flows"] if f["split"] == split])


def _bubbles(lesson_id: str, flows: list[dict[str, Any]]) -> None:
    def line(key: str) -> list[tuple[float, ...]]:
        return [(float(f["micro_batches"]), 100 * f[key]) for f in flows]

    xy_chart(key=f"{lesson_id}.bubble", chart=Chart(
        title=t("parallelism.bubble_chart"),
        x=Axis(label=t("parallelism.micro"), log=True, name="m"),
        y=Axis(label=t("parallelism.idle_axis"), range=(0.0, 60.0)),
        series=[
            Series(label=t("parallelism.equal"), points=line("equal"), kind="predicted"),
            Series(label=t("parallelism.general"), points=line("general"), kind="predicted",
                   role="prefill"),
            Series(label="", points=line("idle"), role="prefill", scatter=True),
        ],
        badges=[badges.measured(3), badges.predicted()],
        height=240,
    ))  # fmt: skip
