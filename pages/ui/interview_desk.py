"""Which interview lies on the table, and how what happens in it is kept."""

import random
import uuid
from pathlib import Path
from typing import Any

import streamlit as st

from lesson_core.errors import LabError
from lesson_core.learn import bank
from lesson_core.learn.interview import asked, files, log
from lesson_core.learn.interview.log import Sitting
from lesson_core.learn.interview.plan import plan
from lesson_core.schema.interview import Claim, Item, Wish
from lesson_core.schema.question import Level, Measured
from pages.ui import card_words, practice_desk, problems, saved

ROOT = Path(__file__).parents[2]
SHOWN = "interview.shown"  # the id of the interview on the table; "" for none


def sittings() -> list[Sitting]:
    """Every interview of the learner, the newest last."""
    return log.sittings(saved.everything())


def current() -> Sitting | None:
    """The one on the table: that of the address, or the one under way, also after a reload."""
    found = sittings()
    if SHOWN not in st.session_state:
        under_way = [one.id for one in found[-1:] if not one.over]
        st.session_state[SHOWN] = st.query_params.get("interview", next(iter(under_way), ""))
    return next((one for one in found if one.id == st.session_state[SHOWN]), None)


def turn_to(sitting: str) -> None:
    """Put an interview on the table, or none; a reload finds it by the address."""
    st.session_state[SHOWN] = sitting
    if sitting:
        st.query_params["interview"] = sitting
    else:
        st.query_params.pop("interview", None)


def planned(wish: Wish) -> tuple[Item, ...]:
    """What would be asked; questions about runs only where this machine has them."""
    return plan(wish, st.session_state.get(practice_desk.ASKABLE) or practice_desk.look_again())


def begin(wish: Wish) -> None:
    """Keep the plan and start the clock."""
    sitting, items = uuid.uuid4().hex, planned(wish)
    own = claim() if any(item.way == "project" for item in items) else None
    saved.keep(log.PAGE, "answer", sitting, log.begin(wish, items, own))
    turn_to(sitting)


def seed() -> int:
    """Which interview is drawn next."""
    return int(st.session_state.setdefault("interview.seed", random.randrange(10**6)))


def tell(sitting: str, event: str, **values: Any) -> None:
    """Keep that something happened."""
    saved.keep(log.PAGE, "answer", sitting, {"event": event, **values})


def key(sitting: Sitting, n: int) -> str:
    """What the widgets of an item are called."""
    return f"interview.{sitting.id}.{n}"


def answer(
    sitting: Sitting, n: int, told: dict[str, Any], *, counts: dict[str, Any] | None = None
) -> None:
    """Keep an answer, and what it is worth for practice: a follow-up is not the question itself."""
    item = sitting.items[n]
    question = asked.question(item)
    if counts is not None and question is not None and item.step == 0:
        card_words.keep(question, counts)
    tell(sitting.id, "said", n=n, **told)


def rate(sitting: Sitting, n: int, level: Level) -> None:
    """Keep how far an open answer went, for practice too."""
    question = asked.question(sitting.items[n])
    if question is not None:
        card_words.keep(question, {"text": sitting.replies[n].get("text", ""), "level": level})
    tell(sitting.id, "rate", n=n, level=level)


def refuse(sitting: Sitting, n: int, trouble: LabError | None) -> None:
    """Why an answer was not taken; None where all is well again."""
    st.session_state[f"{key(sitting, n)}.problem"] = trouble


def problem(sitting: Sitting, n: int) -> None:
    """What was wrong with an answer that was not taken."""
    found = st.session_state.get(f"{key(sitting, n)}.problem")
    if found is not None:
        problems.show(found)


def claim() -> Claim | None:
    """A speed-up that was measured here, to be defended."""
    for name in files.project().claims:
        question = bank.question(name)
        assert isinstance(question, Measured)
        try:
            kept = bank.measured(question, saved.store().jobs)
        except LabError as failed:
            saved.note(failed)
            return None
        if kept is not None and kept[1].askable and kept[1].value > 1:
            found = kept[1]
            return Claim(question=name, value=found.value, low=found.low, high=found.high)
    return None
