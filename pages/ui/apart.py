"""A long prompt among requests that write: together whole, together in chunks, on two machines."""

from typing import Any

import streamlit as st

from lesson_core.learn.figures.architectures import BUDGET, OTHERS, PROMPT
from lesson_core.serve import interference
from lesson_core.serve.interference import WAYS, Scene
from lesson_core.theory import disaggregation
from lesson_core.theory.disaggregation import Gap
from pages.ui import badges, lesson, two_machines
from pages.ui.apart_places import LINKS, PLACES, machine, travel_s
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded
from pages.ui.xy_chart import Axis, Chart, Mark, Series, xy_chart

PROMPTS = (2048, PROMPT, 32_768)
ROLES: dict[str, Any] = {"whole": "prefill", "chunked": "overhead", "apart": "decode"}


@st.fragment
def show(lesson_id: str) -> None:
    """The form, the picture, the gaps, the transfer; then many requests on two machines."""
    lesson.heading("apart")
    st.markdown(t("archs.apart_intro", others=OTHERS.count, budget=BUDGET))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox(t("archs.served"), list(PLACES), key=f"{lesson_id}.place", width=330,
                           format_func=lambda name: t(f"archs.{name}"))  # fmt: skip
        prompt = st.segmented_control(
            t("archs.prompt"), PROMPTS, default=PROMPT, required=True,
            key=f"{lesson_id}.prompt", format_func=lambda n: f"{n:,}",
        )  # fmt: skip
        link = st.segmented_control(
            t("archs.wire"), LINKS, default=LINKS[1], required=True, key=f"{lesson_id}.wire",
            format_func=lambda name: t(f"archs.{name}"),
        )  # fmt: skip
    tokens = int(prompt or PROMPT)
    scenes = {way: _scene(str(key), way, tokens, str(link)) for way in WAYS}
    _picture(lesson_id, scenes)
    closed = _closed(str(key), tokens, str(link))
    _table(scenes, closed)
    _transfer(str(key), tokens, str(link), closed["apart"])
    two_machines.show(lesson_id, str(key), str(link))


@st.cache_data(max_entries=64, show_spinner=False)
def _scene(key: str, way: str, prompt: int, link: str) -> Scene:
    _, prices = machine(key)
    server = interference.server(way, prices, BUDGET, lambda n: travel_s(key, n, link))
    return interference.scene(server, OTHERS, prompt)


def _closed(key: str, prompt: int, link: str) -> dict[str, Gap]:
    _, prices = machine(key)
    chunk = BUDGET - OTHERS.count
    return {
        "whole": disaggregation.whole(prices, OTHERS, prompt),
        "chunked": disaggregation.chunked(prices, OTHERS, prompt, chunk),
        "apart": disaggregation.apart(prices, OTHERS, prompt, travel_s(key, prompt, link)),
    }


def _picture(lesson_id: str, scenes: dict[str, Scene]) -> None:
    end = max(scene.gaps[-1][1] for scene in scenes.values()) * 1e3
    start = min(scene.gaps[0][0] for scene in scenes.values()) * 1e3
    longest = max(scene.found.longest_s for scene in scenes.values()) * 1e3
    series = [
        Series(label=t(f"archs.{way}"), points=_steps(scene), kind="predicted", role=ROLES[way])
        for way, scene in scenes.items()
    ]
    xy_chart(key=f"{lesson_id}.gaps", chart=Chart(
        title=t("archs.gaps_chart"),
        x=Axis(label=t("archs.since"), name=t("archs.since_short"), zero=False,
               range=(start, 1.2 * end)),
        y=Axis(label=t("archs.itl"), log=True, range=(1.0, 2.5 * longest)),
        series=series, marks=[Mark(x=0.0, label=t("archs.arrives"))],
        badges=[badges.predicted()], height=300,
    ))  # fmt: skip


def _steps(scene: Scene) -> list[tuple[float, ...]]:
    """A gap is as long at its begin as at its end; milliseconds both ways."""
    return [(at * 1e3, (until - since) * 1e3) for since, until in scene.gaps
            for at in (since, until)]  # fmt: skip


def _table(scenes: dict[str, Scene], closed: dict[str, Gap]) -> None:
    rows = []
    for way, scene in scenes.items():
        pairs = zip(_cells(scene.found), _cells(closed[way]), strict=True)
        rows.append(f"| {t(f'archs.{way}')} | " + " | ".join(f"{a} ({b})" for a, b in pairs) + " |")
    st.markdown("\n".join([t("archs.gaps_head"), "|---|--:|--:|--:|", *rows]))
    st.caption(t("archs.gaps_note"))


def _cells(gap: Gap) -> list[str]:
    return [" ".join(milliseconds(s)) for s in (gap.longest_s, gap.ttft_s, gap.second_s)]


def _transfer(key: str, prompt: int, link: str, closed: Gap) -> None:
    size, travel = disaggregation.kv_bytes(machine(key)[0], prompt), travel_s(key, prompt, link)
    st.markdown(t(
        "archs.transfer", size=f"{rounded(size / 1e9)} GB", ms=" ".join(milliseconds(travel)),
        share=rounded(100 * travel / closed.ttft_s), prefill=" ".join(milliseconds(closed.ttft_s)),
    ))  # fmt: skip
