"""Many requests on two machines: each does both, or one reads and the other writes."""

from dataclasses import replace

import streamlit as st

from lesson_core.schema.serving import Policy, Served
from lesson_core.serve import disaggregated, load_lab
from lesson_core.theory.served import goodput, summary
from pages.ui import lesson
from pages.ui.apart_places import machine, place, travel_s
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.rate_view import spread

SOURCES, LOADS = ("conversation", "code"), (20, 40, 60, 70, 80, 90, 100)
BUDGET, SLOTS = 2048, 256
TTFT_S, SLOWER = 0.5, 2.5  # limits: seconds, and steps of a single sequence per token


def show(lesson_id: str, key: str, link: str) -> None:
    """Load and lengths chosen; percentiles and goodput of the three ways."""
    lesson.heading("two_machines")
    st.markdown(t("archs.two_intro"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.segmented_control(
            t("batching.source"), SOURCES, default=SOURCES[0], required=True,
            key=f"{lesson_id}.source", format_func=lambda name: t(f"batching.{name}"),
        )  # fmt: skip
        load = st.select_slider(t("archs.load"), LOADS, 90, key=f"{lesson_id}.load", width=300,
                                format_func=lambda percent: f"{percent} %")  # fmt: skip
    with st.spinner(t("rate.simulating"), show_time=False):
        rate, served = _outcomes(key, link, str(source), load / 100)
    tpot_s = SLOWER * machine(key)[1].base[0]
    rows = []
    for way, answers in served.items():
        made, good = summary(answers), goodput(answers, ttft_s=TTFT_S, tpot_s=tpot_s)
        cells = [spread(v) for v in (made.ttft.p50, made.ttft.p99, made.tpot.p99, made.itl.p99)]
        rows.append(f"| {t(f'archs.{way}')} | {' | '.join(cells)} | {rounded(good)} |")
    st.markdown("\n".join([t("archs.two_head"), "|---|--:|--:|--:|--:|--:|", *rows]))
    st.caption(t("archs.two_note", rate=rounded(rate), ttft=spread(TTFT_S), tpot=spread(tpot_s),
                 n=load_lab.COUNT))  # fmt: skip


@st.cache_data(max_entries=24, show_spinner=False)
def _outcomes(
    key: str, link: str, source: str, load: float
) -> tuple[float, dict[str, list[Served]]]:
    """Requests a second, and what came of them by way; at load 1 two such machines are full."""
    _, prices = machine(key)
    server = place(key, slots=SLOTS, budget=BUDGET)
    rules = Policy(max_seqs=SLOTS, token_budget=BUDGET, blocks=server.blocks, preemption="swap")
    traffic = load_lab.traffic(server, source, bursts=False)
    rate = load * 2 * load_lab.capacity(server, rules, traffic)
    requests = traffic.at(rate)
    apart, _ = disaggregated.apart(requests, rules, prices, lambda n: travel_s(key, n, link))
    return rate, {
        "whole": disaggregated.together(requests, 2, replace(rules, chunked=False), prices),
        "chunked": disaggregated.together(requests, 2, rules, prices),
        "apart": apart,
    }
