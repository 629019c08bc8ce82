"""Hit rate over room, for every policy: counted on drawn logs, beside what its law foresees."""

import streamlit as st

from lesson_core.serve import hit_rates
from lesson_core.serve.hit_rates import Curve
from lesson_core.theory.caching import Eviction
from pages.ui import badges, lesson
from pages.ui.caching_form import FIRST, SKEWS
from pages.ui.language import current, t
from pages.ui.xy_chart import Axis, Chart, Mark, Role, Series, xy_chart

ROLES: dict[Eviction, Role] = {"lru": "decode", "lfu": "prefill", "ttl": "kv"}
TTLS = (10, 20, 50, 100, 200, 500, 2000)


@st.fragment
def show(lesson_id: str) -> None:
    """Skew and time to live, then the curves; everything is counted while you wait."""
    lesson.heading("hit_over_room")
    st.markdown(t("caching.rates_text"))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        skew = st.select_slider(t("caching.skew"), SKEWS, FIRST.skew, width=260,
                                key=f"{lesson_id}.rates.skew")  # fmt: skip
        ttl = st.select_slider(t("caching.ttl"), TTLS, FIRST.ttl, width=260,
                               key=f"{lesson_id}.rates.ttl")  # fmt: skip
    found = _curves(current(), float(skew), int(ttl))
    chart = Chart(
        title=t("caching.rates_chart"),
        x=Axis(label=t("caching.room_axis"), name=t("caching.room_short")),
        y=Axis(label=t("caching.hit_axis"), range=(0.0, 100.0)),
        series=[
            *(Series(label="", kind="predicted", role=ROLES[c.policy], points=_hundred(c.expected))
              for c in found),
            *(Series(label=c.policy.upper(), role=ROLES[c.policy], points=_hundred(c.counted))
              for c in found),
        ],
        marks=[Mark(x=float(FIRST.capacity), label=t("caching.guess_mark"))],
        badges=[badges.counted(), badges.predicted()],
        height=320,
    )  # fmt: skip
    xy_chart(key=f"{lesson_id}.rates", chart=chart)
    st.caption(t("caching.rates_note", requests=hit_rates.REQUESTS, logs=hit_rates.LOGS))


@st.cache_data(max_entries=64, show_spinner=False)
def _curves(lang: str, skew: float, ttl: int) -> list[Curve]:
    return hit_rates.curves(lang, skew, ttl)


@st.cache_data(max_entries=64, show_spinner=False)
def many(
    lang: str, skew: float, policy: Eviction, capacity: int, ttl: int, requests: int
) -> list[float]:
    """Hit rates of one cache on many logs, for the comparison with the guess."""
    return hit_rates.many(lang, skew, policy, capacity, ttl, requests)


def _hundred(points: tuple[tuple[float, ...], ...]) -> list[tuple[float, ...]]:
    return [(room, *(100 * rate for rate in rates)) for room, *rates in points]
