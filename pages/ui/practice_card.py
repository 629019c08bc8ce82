"""One question after the other: ask, check, say how it went, and on to the next."""

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from lesson_core.learn import bank, catalogue
from lesson_core.learn.practice import Desk
from lesson_core.learn.spacing import RATINGS
from lesson_core.schema.question import Question
from pages.ui import card, practice_desk, practice_turn
from pages.ui.language import current, t

NAMES = dict(zip(RATINGS, ("again", "hard", "good", "easy"), strict=True))
MORE = 12  # new questions that “more” adds


@st.fragment
def show() -> None:
    """The card, or what comes when there is nothing more today. Only this part reruns."""
    desk, now = practice_desk.desk(), datetime.now().astimezone()
    put_off = practice_turn.put_off()
    waiting = [one for one in desk.queue(now, practice_desk.topics()) if one not in put_off]
    shown = st.session_state.get("practice.shown")
    if shown is None and waiting:
        shown = practice_turn.turn_to(waiting[0])
    _status(desk, waiting, now)
    if shown is None:
        _nothing_more(desk)
    else:
        _ask(desk, bank.question(shown), now)
    if st.session_state.get("practice.rated"):
        st.button(t("practice.undo"), key="practice.undo", shortcut="U", type="tertiary",
                  on_click=practice_turn.undo)  # fmt: skip


def _ask(desk: Desk, asked: Question, now: datetime) -> None:
    with st.container(border=True, key="card-practice"):
        lesson = catalogue.lesson(asked.lesson)
        topic = getattr(bank.topics()[asked.topic], current())
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(f"{topic} · {t(f'lessons.{lesson.id}.nav')}", width="stretch")
            st.caption(asked.level, width="content")
        card.draw(asked, once=True)
        answered = practice_turn.answered(asked)
        if answered:
            _rating_row(desk, asked, now)
        with st.container(horizontal=True, key="practice-aside"):
            card.report(asked)
            if not answered:
                st.button(t("practice.later"), key="practice.later", type="tertiary",
                          on_click=practice_turn.put_off_now, args=(asked.id,))  # fmt: skip


def _rating_row(desk: Desk, asked: Question, now: datetime) -> None:
    """On with the rating that the answer suggests, or with another one."""
    suggested, after = desk.suggested(asked.id), desk.intervals(asked.id, now)
    with st.container(horizontal=True, vertical_alignment="center", key="practice-ratings"):
        if suggested is not None:
            label = t("practice.next", span=_span(after[suggested]))
            st.button(label, key="practice.next", shortcut="Space", type="primary",
                      on_click=practice_turn.rate, args=(asked, suggested))  # fmt: skip
        for rating, name in NAMES.items():
            label = f"{t(f'practice.{name}')} · {_span(after[rating])}"
            st.button(label, key=f"practice.{name}", shortcut=str(rating), type="tertiary",
                      on_click=practice_turn.rate, args=(asked, rating))  # fmt: skip


def _span(seconds: float) -> str:
    """“10 min”, “3 d”, “2.4 months”: as long as the question stays away."""
    for unit, size in (("months", 30 * 86400), ("days", 86400), ("hours", 3600)):
        if seconds >= size:
            return t(f"practice.{unit}", n=f"{seconds / size:.2g}")
    return t("practice.minutes", n=max(1, round(seconds / 60)))


def _status(desk: Desk, waiting: Sequence[str], now: datetime) -> None:
    back, new = desk.waiting(waiting)
    words = [t("practice.back", count=back), t("practice.new", count=new)]
    row = desk.days_in_a_row(now)
    if row > 1:
        words.append(t("practice.in_a_row", days=row))
    st.caption(" · ".join(words))


def _nothing_more(desk: Desk) -> None:
    due = desk.next_due(practice_desk.topics(), practice_turn.put_off())
    st.markdown(t("practice.nothing_more"))
    if due is not None:
        st.caption(t("practice.next_due", when=f"{due.astimezone():%Y-%m-%d %H:%M}"))
    st.button(t("practice.more", count=MORE), key="practice.more", on_click=_more)


def _more() -> None:
    st.session_state["practice.extra"] = int(st.session_state.get("practice.extra", 0)) + MORE
