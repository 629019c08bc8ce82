"""A server under load, as a form: who comes, how often, under which rules, within which limits."""

from dataclasses import dataclass

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.schema.serving import Batching, Order, Policy
from lesson_core.serve import load_lab
from lesson_core.serve.load_lab import Place, Traffic
from pages.ui import problems
from pages.ui.language import t

LOADS = (10, 20, 30, 40, 50, 60, 70, 80, 85, 90, 95, 100, 105, 110, 120, 130, 150)
BATCHINGS: tuple[Batching, ...] = ("continuous", "dynamic", "static")
ORDERS: tuple[Order, ...] = ("fcfs", "shortest")
ARRIVALS = ("poisson", "bursts")
SOURCES = ("conversation", "code", "own")


@dataclass(frozen=True)
class Wish:
    """What the form says; limits in seconds."""

    place: Place
    traffic: Traffic
    policy: Policy
    load: float  # share of what the server can do
    ttft_s: float
    tpot_s: float


def ask(lesson_id: str, places: dict[str, Place]) -> Wish | None:
    """The form; None after a sentence says what is wrong, or while a file is missing."""
    key = f"{lesson_id}.rate"
    try:
        place, traffic = _who(key, places)
        policy = _rules(key, place)
        load, ttft_s, tpot_s = _limits(key, place)
    except LabError as problem:
        problems.show(problem)
        return None
    if traffic is None:
        return None
    return Wish(place, traffic, policy, load, ttft_s, tpot_s)


def _who(key: str, places: dict[str, Place]) -> tuple[Place, Traffic | None]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(
            t("rate.place"), list(places), key=f"{key}.place.{len(places)}", width=300,
            format_func=lambda k: places[k].title,
        )  # fmt: skip
        source = st.segmented_control(
            t("batching.source"), SOURCES, default=SOURCES[0], key=f"{key}.source", required=True,
            format_func=lambda k: t(f"rate.{k}" if k == "own" else f"batching.{k}"),
        )  # fmt: skip
        arrivals = st.segmented_control(
            t("rate.arrivals"), ARRIVALS, default=ARRIVALS[0], key=f"{key}.arrivals",
            required=True, format_func=lambda k: t(f"rate.{k}"),
        )  # fmt: skip
    place = places[name]
    text: str | None = None
    if source == "own":
        file = st.file_uploader(t("rate.file"), type=["csv"], key=f"{key}.file")
        if file is None:
            return place, None
        text = file.getvalue().decode("utf-8", errors="replace")
    return place, load_lab.traffic(place, str(source), bursts=arrivals == "bursts", csv=text)


def _rules(key: str, place: Place) -> Policy:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batching = st.segmented_control(
            t("rate.batching"), BATCHINGS, default=BATCHINGS[0], key=f"{key}.batching",
            required=True, format_func=lambda k: t(f"rate.{k}"),
        )  # fmt: skip
        order = st.segmented_control(
            t("rate.order"), ORDERS, default=ORDERS[0], key=f"{key}.order", required=True,
            format_func=lambda k: t(f"rate.{k}"),
        )  # fmt: skip
        slots = st.select_slider(t("batching.slots"), place.slots, place.slots[-2],
                                 key=f"{key}.slots.{place.key}", width=150)  # fmt: skip
        share = st.select_slider(t("rate.memory"), (25, 50, 100), 100, key=f"{key}.memory",
                                 format_func=lambda p: f"{p} %", width=150)  # fmt: skip
        chunked = st.toggle(t("rate.chunked"), value=True, key=f"{key}.chunked")
    return load_lab.policy(place, batching=batching, order=order,
                           slots=slots, memory=share / 100, chunked=chunked)  # fmt: skip


def _limits(key: str, place: Place) -> tuple[float, float, float]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        load = st.select_slider(t("rate.load"), LOADS, 70, key=f"{key}.load", width=360,
                                format_func=lambda p: f"{p} %")  # fmt: skip
        ttft = st.number_input(t("rate.ttft"), value=place.ttft_s, min_value=0.001, step=0.1,
                               key=f"{key}.ttft.{place.key}", width=150)  # fmt: skip
        tpot = st.number_input(t("rate.tpot"), value=place.tpot_s * 1e3, min_value=0.1, step=5.0,
                               key=f"{key}.tpot.{place.key}", width=150)  # fmt: skip
    return load / 100, float(ttft), float(tpot) / 1e3
