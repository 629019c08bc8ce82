"""Recorded distillation runs: three seeds beside each other, and what quality costs in time."""

from typing import Any

import streamlit as st

from lesson_core.theory.recorded import recorded
from pages.ui import badges
from pages.ui.language import t
from pages.ui.plain_text import literal
from pages.ui.scheme_rows import SchemeRow, scheme_rows
from pages.ui.xy_chart import Axis, Chart, Role, Series, xy_chart

MAIN = "ladder-220k"
ARMS: dict[str, Role] = {"plain": "ink", "soft": "arithmetic"}


def size(student: str) -> str:
    """“220k” of ladder-220k: what is not in the table of the vocabulary."""
    return student.removeprefix("ladder-")


def show(lesson_id: str) -> None:
    """Losses by seed, the sentence that they allow, and the frontier."""
    found = recorded("distil")
    runs = [run for run in found["runs"] if run["student"] == MAIN]
    where = found["environment"]
    st.markdown(t("distil.recorded", steps=found["steps"], n=len(runs), size=size(MAIN),
                  tokens=f"{found['tokens']['held']:,}"))  # fmt: skip
    rows = [_row(arm, [run["arms"][arm] for run in runs]) for arm in ("plain", "soft", "written")]
    level = f"{found['teacher_loss']:.3f}"
    rows.append(SchemeRow(label=t("distil.arms.teacher"), state="done",
                          values=[*[level] * len(runs), "0", "100 %"]))  # fmt: skip
    heads = [t("distil.seed", seed=run["seed"]) for run in runs]
    scheme_rows(key=f"{lesson_id}.distil.rows", rows=rows, bars=False, badges=[badges.recorded()],
                columns=[*heads, t("distil.kl"), t("distil.same")])  # fmt: skip
    for arm in ("soft", "written"):
        st.markdown(f":material/info: {_verdict(arm, runs)}")
    _frontier(lesson_id, found)
    st.caption(t("distil.where", machine=literal(where["cpu"]), when=where["started_at"][:10],
                 train=f"{found['tokens']['train']:,}"))  # fmt: skip


def _verdict(arm: str, runs: list[dict[str, Any]]) -> str:
    """Whether it beat the student alone: with every seed, with some, or with none."""
    gains = [run["arms"]["plain"]["loss"] - run["arms"][arm]["loss"] for run in runs]
    kind = "always" if min(gains) > 0 else "never" if max(gains) < 0 else "mixed"
    sizes = sorted(gains if kind == "mixed" else map(abs, gains))
    return t(f"distil.{arm}_{kind}", low=f"{sizes[0]:.3f}", high=f"{sizes[-1]:.3f}")


def _row(arm: str, judged: list[dict[str, Any]]) -> SchemeRow:
    kl, same = (sum(one[name] for one in judged) / len(judged) for name in ("kl", "same"))
    cells = [f"{one['loss']:.3f}" for one in judged]
    return SchemeRow(label=t(f"distil.arms.{arm}"), state="done",
                     values=[*cells, f"{kl:.2f}", f"{100 * same:.0f} %"])  # fmt: skip


def _frontier(lesson_id: str, found: dict[str, Any]) -> None:
    """Held-out loss over milliseconds a token, the step fused: lower left is better."""
    times = {name: 1e3 * one["median"] for name, one in found["latency"]["fused"].items()}
    first = {run["student"]: run for run in reversed(found["runs"])}  # the first seed of each
    order = sorted(first, key=times.__getitem__)
    series = [
        Series(label=t(f"distil.short.{arm}"), role=role,
               points=[(times[name], first[name]["arms"][arm]["loss"]) for name in order])
        for arm, role in ARMS.items()
    ]  # fmt: skip
    teacher = found["teacher"]
    series.append(Series(label=t("distil.short.teacher"), role="weights", scatter=True,
                         points=[(times[teacher], found["teacher_loss"])]))  # fmt: skip
    st.markdown(t("distil.frontier", sizes=t("distil.and").join(map(size, order))))
    chart = Chart(
        title=t("distil.frontier_title"), series=series, badges=[badges.recorded()], height=280,
        x=Axis(label=t("distil.frontier_x")),
        y=Axis(label=t("distil.y"), zero=False, range=(2.5, 4.5)),
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.distil.frontier", chart=chart)
    st.caption(t("distil.frontier_note", n=found["latency"]["fused"][teacher]["n"]))
