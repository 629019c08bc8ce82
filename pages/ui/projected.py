"""The same sharing on cards that are not here: TP and PP over the number of cards, by wire."""

import streamlit as st

from lesson_core.theory import projection
from lesson_core.theory.model_table import rows
from lesson_core.theory.serving import Wish
from pages.ui import badges, lesson
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.token_clock import Badge
from pages.ui.xy_chart import Axis, Chart, Series, xy_chart

MODELS = ("Llama-3.1-8B", "Llama-3.1-70B", "Llama-3.1-405B")
BATCHES = (1, 32)
ROLES = {"nvlink": "decode", "pcie": "prefill", "ethernet": "overhead"}
PUBLISHED = ("Llama-2-7B", "Llama-3.1-8B", "Llama-2-70B")
CARDS = (1, 2, 4, 8)


def show(lesson_id: str) -> None:
    """Time per token of one request over cards, then how such predictions did elsewhere."""
    lesson.heading("on_real_links")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        model = st.segmented_control(t("parallelism.model"), MODELS, default=MODELS[1],
                                     required=True, key=f"{lesson_id}.model")  # fmt: skip
        batch = st.segmented_control(t("parallelism.batch"), BATCHES, default=1, required=True,
                                     key=f"{lesson_id}.batch")  # fmt: skip
    wish = Wish(model=str(model), device="H100 SXM", batch=int(batch or 1))
    series = []
    for wire, role in ROLES.items():
        found = projection.tensor(wish, wire)
        points = [(float(p.cards), p.tpot_s * 1e3) for p in found]
        label = f"TP, {t(f'parallelism.{wire}')}"
        series.append(Series(label=label, points=points, kind="predicted", role=role))  # type: ignore[arg-type]
    piped = projection.pipeline(wish, "ethernet")
    series.append(Series(label=t("parallelism.pp"), kind="predicted",
                         points=[(float(p.cards), p.tpot_s * 1e3) for p in piped]))  # fmt: skip
    xy_chart(key=f"{lesson_id}.projected", chart=Chart(
        title=t("parallelism.projected_chart", model=model),
        x=Axis(label=t("parallelism.cards"), log=True, name=t("parallelism.cards")),
        y=Axis(label=t("parallelism.ms"), range=(0.0, 1.0)),
        series=series, badges=[badges.predicted()], height=300,
    ))  # fmt: skip
    least = next((p.cards for p in projection.tensor(wish, "nvlink") if p.fits), None)
    shared, staged = projection.tensor(wish, "nvlink")[3], piped[3]
    fits = t("parallelism.fits" if least else "parallelism.fits_none",
             cards=least or projection.CARDS[-1])  # fmt: skip
    st.caption(f"{fits} " + t(
        "parallelism.projected_note", cards=shared.cards, tp=rounded(shared.throughput),
        pp=rounded(staged.throughput),
    ))  # fmt: skip


def published(lesson_id: str) -> None:
    """gpt-fast on A100s: measured, and predicted without having seen that model on that card."""
    table = {row["id"]: row for row in rows("held_out.csv")}
    series = []
    for name, role in zip(PUBLISHED, ROLES.values(), strict=True):
        known = [(n, table.get(f"gptfast-tp{n}-{name}")) for n in CARDS]
        here = [(float(n), row) for n, row in known if row is not None]
        told = [(n, float(row["published_tok_s"])) for n, row in here]
        said = [(n, float(row["predicted_tok_s"])) for n, row in here]
        series += [
            Series(label=name, points=said, kind="predicted", role=role),  # type: ignore[arg-type]
            Series(label="", points=told, kind="published", role=role, scatter=True),  # type: ignore[arg-type]
        ]
    source = Badge(kind="published", text="gpt-fast")
    xy_chart(key=f"{lesson_id}.published", chart=Chart(
        title=t("parallelism.published_chart"),
        x=Axis(label=t("parallelism.cards"), log=True, name=t("parallelism.cards")),
        y=Axis(label="token/s", range=(0.0, 1.0)),
        series=series, badges=[source, badges.predicted()], height=280,
    ))  # fmt: skip
    st.caption(t("parallelism.published_note"))
