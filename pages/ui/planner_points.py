"""Published points over their predictions, and one of them split into its causes."""

from dataclasses import dataclass

import streamlit as st

from lesson_core.theory import efficiency, published_rows
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import rows
from lesson_core.theory.published_rows import Case
from lesson_core.theory.serving import Wish
from pages.ui import lesson
from pages.ui.component_loader import mount
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

POINT = "gptfast-1g-04"
PARTS = {
    "weights": ("weights", "unpack"), "kv": ("kv",), "arithmetic": ("compute", "attend"),
    "overhead": ("layers", "allreduce", "hop", "link"),
}  # fmt: skip


@dataclass(frozen=True)
class Held:
    """A published point and what was predicted without its group, in tokens per second."""

    case: Case
    published: float
    predicted: float


@st.cache_data(show_spinner=False)
def point() -> Held:
    """The point that the guess is about."""
    row = next(row for row in rows("published_decode.csv") if row["id"] == POINT)
    held = next(row for row in rows("held_out.csv") if row["id"] == POINT)
    case = published_rows.read(row)
    if isinstance(case, str):
        raise LookupError(f"{POINT}: {case}")
    return Held(case, float(held["published_tok_s"]), float(held["predicted_tok_s"]))


def gap(lesson_id: str, held: Held) -> None:
    """What the published step is made of; the factors of the parts have seen the other points."""
    lesson.heading("gap")
    deployment = held.case.deployment
    terms = deployment.decode_terms(held.case.prompt + held.case.generated / 2)
    known = efficiency.factors()
    ms = {term.name: term.times(known) * 1e3 for term in terms}
    parts = [
        {"name": name, "label": t(f"gap.{name}"), "note": t("badge.predicted"),
         "ms": sum(ms.get(term, 0.0) for term in of)}
        for name, of in PARTS.items()
    ]  # fmt: skip
    measured = 1e3 / held.published
    rest = measured - sum(float(str(part["ms"])) for part in parts)
    note = t("gap.faster") if rest < 0 else ""
    parts.append({"name": "unexplained", "label": t("gap.unexplained"), "ms": rest, "note": note})
    total = {"label": t("planner.published_step"), "ms": measured, "note": t("badge.published")}
    mount("gap_split", key=f"{lesson_id}.gap", data={"parts": parts, "total": total})


def chart(lesson_id: str, wish: Wish) -> None:
    """Every point of the chosen class of software; those of the chosen card stand out."""
    lesson.heading("planner_points")
    mine = [row for row in rows("held_out.csv") if row["software"] == wish.software]
    if not mine:
        st.caption(t("planner.no_points"))
        return
    pairs = [(float(r["predicted_tok_s"]), float(r["published_tok_s"])) for r in mine]
    here = [pair for pair, r in zip(pairs, mine, strict=True) if r["hardware"] == wish.device]
    width = efficiency.band(wish.software)
    low, high = min(min(pairs)) * 0.7, max(max(pair) for pair in pairs) * 1.4
    low = min(low, min(min(pair) for pair in pairs) * 0.7)
    line = [(low, low), (high, high)]
    series = [
        Series(label=t("planner.as_predicted"), points=line, kind="predicted"),
        Series(label="", points=[(x, y * width) for x, y in line], kind="predicted"),
        Series(label="", points=[(x, y / width) for x, y in line], kind="predicted"),
        Series(label="", points=pairs, kind="published", scatter=True),
        Series(label=wish.device if here else "", points=here, kind="published", scatter=True,
               role="decode"),
    ]  # fmt: skip
    xy_chart(
        key=f"{lesson_id}.points",
        chart=Chart(
            title=t("planner.chart"), x=_axis("planner.x", low, high),
            y=_axis("planner.y", low, high), series=series,
        ),
    )  # fmt: skip
    inside = sum(1 / width <= y / x <= width for x, y in pairs)
    st.caption(t("planner.points_note", n=len(pairs), inside=inside, width=rounded(width),
                 here=len(here), device=wish.device,
                 source=hardware()[wish.device].source))  # fmt: skip


def _axis(word: str, low: float, high: float) -> Axis:
    return Axis(label=t(word), log=True, zero=False, range=(low, high), name="tok/s")
