"""Which size to train: the least training, or the least training and serving together."""

import math
from collections.abc import Callable

import numpy as np
import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn.quiz import parse_number
from lesson_core.theory import flop_prices, lifetime
from lesson_core.theory.flop_prices import Prices
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.lifetime import Choice
from lesson_core.theory.scaling import CHINCHILLA_AGAIN
from lesson_core.theory.serving import Wish
from pages.ui import badges, lesson, problems
from pages.ui.language import t
from pages.ui.numbers import short
from pages.ui.xy_chart import Axis, Chart, Mark, Role, Series, xy_chart

AIMS = {"1e9": 1e9, "8e9": 8e9, "7e10": 70e9}
"""Sizes whose compute-optimal training sets the loss that is to be reached."""
SERVED = tuple(10.0**e for e in range(9, 15))
MODEL, DEVICE, PRICE = "Llama-3.1-8B", "H100 SXM", "2.50"
PARTS: tuple[tuple[str, Role, Callable[[Choice], float]], ...] = (
    ("train", "arithmetic", lambda life: life.train_cost),
    ("serve", "decode", lambda life: life.serve_cost),
    ("both", "ink", lambda life: life.cost),
)
BELOW, ABOVE = 40, 8  # how far the chart reaches from the optimum, times its size


def show(lesson_id: str) -> None:
    """Loss, tokens to serve and a price in; the cheapest model out."""
    lesson.heading("what_to_train")
    st.markdown(t("parameters.budget_text"))
    key = f"{lesson_id}.budget"
    devices = [name for name, found in hardware().items() if "bf16" in found.flops]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        aims = {aim: t("parameters.aim", n=short(n)) for aim, n in AIMS.items()}
        aim = st.selectbox(t("parameters.aim_label"), list(AIMS), 2, key=f"{key}.aim", width=230,
                           format_func=aims.__getitem__)  # fmt: skip
        served = st.select_slider(t("parameters.served"), SERVED, 1e13, key=f"{key}.served",
                                  width=260, format_func=short)  # fmt: skip
        device = st.selectbox(t("planner.device"), devices, devices.index(DEVICE), width=180,
                              key=f"{key}.device")  # fmt: skip
        batch = st.number_input(t("planner.batch"), value=32, step=8, key=f"{key}.batch", width=150)
        dollars = st.text_input(t("planner.price"), PRICE, key=f"{key}.price", width=150)
    try:
        prices = flop_prices.prices(Wish(
            model=MODEL, device=str(device), batch=int(batch), price=parse_number(dollars or ""),
        ))  # fmt: skip
    except LabError as problem:
        problems.show(problem)
        return
    _draw(lesson_id, AIMS[str(aim)], float(served), prices)


def _draw(lesson_id: str, n: float, served: float, prices: Prices) -> None:
    loss = CHINCHILLA_AGAIN(n, CHINCHILLA_AGAIN.tokens_at_best(n))
    pair = (prices.train, prices.serve)
    optimum = lifetime.lifetime(CHINCHILLA_AGAIN, n, loss, served, pair)
    best = lifetime.cheapest(CHINCHILLA_AGAIN, loss, served, pair)
    sizes = np.geomspace(n / BELOW, n * ABOVE, 60).tolist()
    lives = [lifetime.lifetime(CHINCHILLA_AGAIN, size, loss, served, pair) for size in sizes]
    lives = [life for life in lives if math.isfinite(life.cost)]
    xy_chart(key=f"{lesson_id}.budget", chart=Chart(
        title=t("parameters.budget_chart"),
        x=Axis(label=t("parameters.axis_whole"), log=True, name="N"),
        y=Axis(label=t("parameters.dollars"), log=True, zero=False),
        series=[
            Series(label=t(f"parameters.cost_{part}"), role=role, kind="predicted",
                   points=[(life.n, cost(life)) for life in lives])
            for part, role, cost in PARTS
        ],
        marks=[Mark(x=optimum.n, label=t("parameters.mark_train")),
               Mark(x=best.n, label=t("parameters.mark_life"))],
        badges=[badges.predicted()], height=290,
    ))  # fmt: skip
    rows = [_row("mark_train", optimum), _row("mark_life", best)]
    st.markdown("\n".join([t("parameters.budget_head"), "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("parameters.budget_note", loss=f"{loss:.3f}", ratio=f"{prices.ratio:.1f}",
                 model=MODEL))  # fmt: skip


def _row(word: str, choice: Choice) -> str:
    """Size, tokens, tokens per parameter, and what it costs to train and over its life."""
    return (
        f"| {t(f'parameters.{word}')} | {short(choice.n)} | {short(choice.tokens)} "
        f"| {choice.tokens / choice.n:,.0f} | {_dollars(choice.train_cost)} "
        f"| {_dollars(choice.cost)} |"
    )


def _dollars(value: float) -> str:
    return f"\\${short(value)}"
