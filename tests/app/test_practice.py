"""Practice in the page: answer, rate, undo, put off, sums in the head, and a day to be ready."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from lesson_core.learn import bank, words
from lesson_core.learn.practice import Desk
from lesson_core.schema.answers import Answer
from lesson_core.schema.question import Choice
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from tests.app.test_pages import opened

PAGE = "pages/practice/quiz.py"


def make_due() -> str:
    """A choice question that was only answered long ago, so that it comes first."""
    said = {one.key for one in Store.open().answers.all(learner=LEARNER)}
    choices = (one for one in bank.every() if isinstance(one, Choice))
    asked = next(one for one in choices if one.id not in said)
    long_ago = datetime.now(UTC) - timedelta(days=4000)
    Store.open().answers.append(Answer(
        uuid=str(uuid.uuid4()), learner=LEARNER, page=asked.lesson, kind="review", key=asked.id,
        value={"rating": 3}, created_at=long_ago.isoformat(),
    ))  # fmt: skip
    return asked.id


@pytest.fixture
def due() -> str:
    """A question that is due."""
    return make_due()


def kept(question: str) -> list[Answer]:
    return [one for one in Store.open().answers.all(learner=LEARNER) if one.key == question]


def labels(app) -> list[str]:
    return [button.label for button in app.button]


def answer(app, question: str, name: str):
    app.radio(key=f"{question}.chosen").set_value(name)
    check = next(b for b in app.button if b.label == words.t("en", "card.check"))
    return check.click().run()


def test_a_right_answer_suggests_good_and_goes_on(due: str) -> None:
    app = answer(opened(PAGE, "en"), due, "right")
    assert not app.exception
    assert app.button(key="practice.next").label.startswith("Next")
    app.button(key="practice.next").click().run()
    assert [one.kind for one in kept(due)[-2:]] == ["answer", "review"]
    assert kept(due)[-1].value == {"rating": 3}
    assert f"{due}.chosen" not in [radio.key for radio in app.radio]


def test_a_wrong_answer_is_told_why_and_comes_back_soon(due: str) -> None:
    asked = bank.question(due)
    assert isinstance(asked, Choice)
    name, wrong = next(iter(asked.wrong.items()))
    app = answer(opened(PAGE, "en"), due, name)
    said = " ".join(text.value for text in app.markdown)
    assert wrong.diagnosis.en[:30] in said
    assert words.t("en", "practice.minutes", n=1) in app.button(key="practice.next").label
    app.button(key="practice.easy").click().run()
    assert kept(due)[-1].value == {"rating": 4}


def test_undo_brings_the_question_back_empty(due: str) -> None:
    app = answer(opened(PAGE, "en"), due, "right")
    app.button(key="practice.next").click().run()
    app.button(key="practice.undo").click().run()
    assert not app.exception
    assert app.radio(key=f"{due}.chosen").value is None
    assert kept(due)[-1].value == {"undone": True}
    assert "practice.undo" not in [button.key for button in app.button]


def test_not_now_shows_another(due: str) -> None:
    make_due()  # another that waits, however many new ones this day has left
    app = opened(PAGE, "en")
    first = app.session_state["practice.shown"]
    app.button(key="practice.later").click().run()
    assert not app.exception
    assert app.session_state["practice.shown"] not in (first, None)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_nothing_more_says_when_the_next_of_these_topics_comes_back(lang: str) -> None:
    topics = sorted({one.topic for one in bank.every()})
    chosen = topics[words.LANGUAGES.index(lang)]
    questions = [one for one in bank.every() if one.topic == chosen]
    for asked in questions:
        Store.open().answers.append(Answer(
            uuid=str(uuid.uuid4()), learner=LEARNER, page=asked.lesson, kind="review",
            key=asked.id, value={"rating": 4}, created_at=datetime.now(UTC).isoformat(),
        ))  # fmt: skip
    due = Desk(questions=questions, said=Store.open().answers.all(learner=LEARNER)).next_due()
    assert due is not None
    app = opened(PAGE, lang)
    app.session_state["practice.topics"] = [chosen]
    app.session_state["practice.shown"] = None
    app.run()
    assert not app.exception
    when = f"{due.astimezone():%Y-%m-%d %H:%M}"
    assert words.t(lang, "practice.nothing_more") in [text.value for text in app.markdown]
    assert words.t(lang, "practice.next_due", when=when) in [text.value for text in app.caption]


def test_sums_in_the_head() -> None:
    app = opened(PAGE, "en")
    app.segmented_control(key="practice.mode").set_value("mental").run()
    reply, check = app.text_input[-1], words.t("en", "card.check")
    reply.set_value("no idea")
    next(button for button in app.button if button.label == check).click().run()
    assert len(app.warning) == 1
    app.text_input[-1].set_value("12")
    next(button for button in app.button if button.label == check).click().run()
    assert not app.exception
    said = kept("mental")[-1].value
    assert said["factor"] >= 1 and said["reply"] == "12"
    app.button(key="mental.next").click().run()
    assert app.text_input[-1].value == ""


def test_the_day_of_the_interview_is_kept() -> None:
    app = opened(PAGE, "en")
    day = (datetime.now().astimezone() + timedelta(days=9)).date()
    app.date_input(key="practice.day").set_value(day).run()
    assert Store.open().settings.get("interview", learner=LEARNER) == day.isoformat()
    assert not app.exception
    app.date_input(key="practice.day").set_value(None).run()
    assert Store.open().settings.get("interview", learner=LEARNER) is None
