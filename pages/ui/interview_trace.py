"""Two days of a server, simulated: a table as a dashboard has it, and requests as rows of time."""

import random
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from typing import cast

import streamlit as st

from lesson_core.schema.interview import CAUSES, Cause, Item
from lesson_core.serve import regression
from lesson_core.serve.regression import CARDS, COUNT, DEVICE, MODEL, Day, Reading
from pages.ui import badges
from pages.ui.gantt import Row, gantt
from pages.ui.language import t
from pages.ui.numbers import rounded
from pages.ui.rate_view import middle

SHOWN = 24  # requests of a picture
Seen = tuple[Reading, list[Row], float]  # numbers, rows, seconds from the first to the last


def prepare(items: Iterable[Item]) -> None:
    """Begin to simulate while something else is asked: it takes seconds."""
    for item in items:
        if item.way == "trace":
            _days(item.name, item.seed)


@st.cache_resource(max_entries=8, show_spinner=False)
def _days(cause: str, seed: int) -> "Future[tuple[Seen, Seen]]":
    """Yesterday and today, as far as they are shown; once per interview, not per look at it."""
    return _aside().submit(_simulated, cast(Cause, cause), seed)


@st.cache_resource
def _aside() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=1, thread_name_prefix="days")


def _simulated(cause: Cause, seed: int) -> tuple[Seen, Seen]:
    yesterday, today = regression.days(cause, seed)
    return _seen(yesterday), _seen(today)


def order(item: Item) -> list[str]:
    """The causes, in an order of this question's own."""
    return random.Random(item.seed).sample(CAUSES, len(CAUSES))


def draw(key: str, item: Item) -> list[list[str]]:
    """Table and pictures; the table's rows as they are kept with the answer."""
    with st.spinner(t("interview.preparing"), show_time=False):
        yesterday, today = _days(item.name, item.seed).result()
    rows = table(yesterday[0], today[0])
    lines = [f"| {t(f'interview.reading.{name}')} | {a} | {b} |" for name, a, b in rows]
    with st.container(key="interview-days"):
        st.markdown("\n".join([t("interview.table_head"), "|---|--:|--:|", *lines]))
    end = max(yesterday[2], today[2])
    st.caption(t("interview.trace_note", model=MODEL, device=DEVICE, cards=CARDS, count=COUNT))
    with st.expander(t("interview.trace_rows")):
        for name, seen in (("yesterday", yesterday), ("today", today)):
            title = t("interview.trace_picture", day=t(f"interview.{name}"), n=len(seen[1]))
            gantt(key=f"{key}.{name}", title=title, rows=seen[1], end=end,
                  badges=[badges.predicted()], legend=name == "today")  # fmt: skip
    return rows


def table(yesterday: Reading, today: Reading) -> list[list[str]]:
    """Name, before, after, as they are read."""
    before, after = asdict(yesterday), asdict(today)
    return [[name, _cell(before[name]), _cell(after[name])] for name in before]


def _cell(value: float | None) -> str:
    return "–" if value is None else rounded(value)


def _seen(day: Day) -> Seen:
    rows, zero, end = middle(day.served, day.steps, SHOWN)
    return regression.reading(day), rows, end - zero
