"""The mock interview in the page: begin, answer, pause, come back, end, report, rate."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from lesson_core.learn import bank, content, quiz, words
from lesson_core.learn.interview import asked, log
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.answers import Answer
from lesson_core.schema.interview import PRESETS, Cause, Item, Wish
from lesson_core.serve import regression
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui import interview_board
from tests.app.test_pages import opened

PAGE = "pages/practice/interview.py"
CHOICE = Item(way="question", name="measuring.clock-too-early", seed=1, seconds=75)
NUMBER = Item(way="chain", name="heads", seed=1, seconds=120)
FOLLOW = Item(way="chain", name="heads", seed=1, seconds=75, step=1)
OPEN = Item(way="project", name="measuring.show-baseline", seed=0, seconds=90)
ARTICLE = Item(way="lesson", name="caching", seed=7, seconds=180)
MEASURED = Item(way="question", name="kv-cache.whole-answer", seed=1, seconds=90)
TRACE = Item(way="trace", name="batch_limit", seed=3, seconds=180)


def newest() -> Sitting:
    return log.sittings(Store.open().answers.all(learner=LEARNER))[-1]


def keep(sitting: str, value: dict[str, Any], ago_s: float) -> None:
    at = datetime.now(UTC) - timedelta(seconds=ago_s)
    Store.open().answers.append(Answer(
        uuid=str(uuid.uuid4()), learner=LEARNER, page=log.PAGE, kind="answer", key=sitting,
        value=value, created_at=at.isoformat(),
    ))  # fmt: skip


def under_way(*items: Item, ago_s: float = 5, minutes: int = 30) -> str:
    """An interview that has just begun, in the store."""
    wish = Wish(preset="systems", level="L5", minutes=minutes, seed=1)
    keep(sitting := uuid.uuid4().hex, log.begin(wish, items, None), ago_s)
    return sitting


def said(app) -> str:
    return " ".join(text.value for text in [*app.markdown, *app.caption, *app.code])


def press(app, label: str, lang: str = "en"):
    found = [b for b in app.button if b.label == words.t(lang, f"interview.{label}")]
    assert found, f"no button {label}"
    app = found[0].click().run()
    assert not app.exception
    return app


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("preset", PRESETS)
def test_each_kind_begins_and_ends_in_a_report(preset: str, lang: str) -> None:
    app = opened(PAGE, lang)
    app.button_group(key="interview.preset").set_value(preset).run()
    app.button_group(key="interview.minutes").set_value(15).run()
    count = words.t(lang, "interview.contents", count="§").split("§")
    assert any(count[0] in text.value and count[1] in text.value for text in app.markdown)
    app.button(key="interview.start").click().run()
    assert not app.exception
    assert newest().wish.preset == preset
    items = len(newest().items)
    for n in range(items):
        assert words.t(lang, "interview.place", n=n + 1, count=items) in said(app)
        press(app, "skip", lang)
    assert newest().over
    assert words.t(lang, "interview.by_question") in [header.value for header in app.header]
    assert words.t(lang, "interview.outcome.skipped") in said(app)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_nothing_is_said_about_right_until_the_end(lang: str) -> None:
    sitting = under_way(CHOICE, NUMBER, FOLLOW)
    app = opened(PAGE, lang)
    app.radio(key=f"interview.{sitting}.0.chosen").set_value("cached")
    press(app, "answer", lang)
    assert newest().replies[0]["correct"] is False
    posed = asked.posed(NUMBER)
    assert posed is not None
    app.text_input(key=f"interview.{sitting}.1.reply").set_value(f"{posed.answer} B")
    press(app, "answer", lang)
    told = said(app)
    for word in ("right", "wrong"):
        assert words.t(lang, f"interview.outcome.{word}") not in told
    assert quiz.shown(posed.answer) not in told
    assert asked.ask(NUMBER, lang, posed) in told, "what the follow-up follows"
    press(app, "skip", lang)
    told = said(app)
    for word in ("right", "wrong", "skipped"):
        assert words.t(lang, f"interview.outcome.{word}") in told


def test_answers_count_for_practice_and_follow_ups_do_not() -> None:
    sitting = under_way(NUMBER, FOLLOW, CHOICE)
    before = len(Store.open().answers.all(learner=LEARNER))
    app = opened(PAGE, "en")
    for n in (0, 1):
        app.text_input(key=f"interview.{sitting}.{n}.reply").set_value("12")
        press(app, "answer")
    app.radio(key=f"interview.{sitting}.2.chosen").set_value("right")
    press(app, "answer")
    kept = Store.open().answers.all(learner=LEARNER)[before:]
    counted = [(one.page, one.key, one.value["correct"]) for one in kept if one.page != log.PAGE]
    assert counted == [("inference-pipeline", "inference-pipeline.kv", False),
                       ("measuring", CHOICE.name, True)]  # fmt: skip


@pytest.mark.parametrize(
    ("reply", "code"), [("", "reply_not_a_number"), ("some", "reply_not_a_number"),
                        ("3 ms", "reply_wrong_unit")],
)  # fmt: skip
def test_what_is_no_number_gets_the_sentence_of_a_card(reply: str, code: str) -> None:
    sitting = under_way(NUMBER)
    app = opened(PAGE, "zh")
    app.text_input(key=f"interview.{sitting}.0.reply").set_value(reply)
    press(app, "answer", "zh")
    start = words.t("zh", f"errors.{code}", text="§", unit="§").split("§")[-1][:6]
    assert start in app.warning[0].value.replace("\\", "")
    assert app.text_input(key=f"interview.{sitting}.0.reply").value == reply
    assert newest().at == 0


@pytest.mark.parametrize("item", [CHOICE, OPEN, ARTICLE])
def test_an_empty_answer_is_not_taken(item: Item) -> None:
    under_way(item)
    app = press(opened(PAGE, "en"), "answer")
    assert len(app.warning) == 1
    assert newest().at == 0
    assert newest().replies == {}


def test_an_answer_longer_than_what_is_kept_is_refused_with_its_length() -> None:
    sitting = under_way(OPEN)
    app = opened(PAGE, "en")
    area = app.text_area(key=f"interview.{sitting}.0.text")
    assert not area.max_chars  # with one, a browser drops what is pasted and says nothing
    app = press(area.set_value("x" * (interview_board.MOST + 1)).run(), "answer")
    assert len(app.warning) == 1 and "20,001" in app.warning[0].value
    assert newest().replies == {} and newest().notes == {}
    kept = app.text_area(key=f"interview.{sitting}.0.text").set_value("x" * interview_board.MOST)
    press(kept.run(), "answer")
    assert len(newest().replies[0]["text"]) == interview_board.MOST


def test_what_was_typed_survives_a_reload_and_a_pause() -> None:
    sitting = under_way(OPEN, CHOICE)
    app = opened(PAGE, "en")
    app.text_area(key=f"interview.{sitting}.0.text").set_value("Against the *old* one.").run()
    again = opened(PAGE, "en")  # another browser tab: nothing but the store
    assert again.text_area(key=f"interview.{sitting}.0.text").value == "Against the *old* one."
    press(again, "pause")
    assert newest().paused
    assert not again.text_area
    press(opened(PAGE, "en"), "resume")
    assert not newest().paused
    third = opened(PAGE, "en")
    press(third, "answer")
    assert newest().replies[0]["text"] == "Against the *old* one."
    assert newest().at == 1


def test_an_interview_ended_early_is_found_again() -> None:
    sitting = under_way(OPEN, CHOICE, TRACE)
    app = opened(PAGE, "en")
    app.text_area(key=f"interview.{sitting}.0.text").set_value("<b>So</b>")
    press(app, "answer")
    press(app, "end_now")
    assert words.t("en", "interview.not_asked", count=2) in said(app)
    later = opened(PAGE, "en", interview=sitting)
    assert words.t("en", "interview.not_asked", count=2) in said(later)
    fresh = opened(PAGE, "en")
    fresh.button(key=f"interview.open.{sitting}").click().run()
    assert words.t("en", "interview.not_asked", count=2) in said(fresh)


def test_an_open_answer_is_rated_in_the_report_once() -> None:
    sitting = under_way(OPEN, ARTICLE)
    app = opened(PAGE, "en")
    for n in (0, 1):
        app.text_area(key=f"interview.{sitting}.{n}.text").set_value("Own words.")
        press(app, "answer")
    assert words.t("en", "interview.nothing_judged") in said(app)
    app.button_group(key=f"interview.{sitting}.0.level").set_value("L4").run()
    app.button_group(key=f"interview.{sitting}.1.level").set_value("L6").run()
    assert not app.exception
    assert newest().levels == {0: "L4", 1: "L6"}
    assert words.t("en", "interview.rated_as", level="L4") in said(app)
    last = [a for a in Store.open().answers.all(learner=LEARNER) if a.key == OPEN.name][-1]
    assert last.value == {"text": "Own words.", "level": "L4"}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_regression_is_simulated_and_its_table_kept(lang: str) -> None:
    sitting = under_way(TRACE)
    app = opened(PAGE, lang)
    table = next(text.value for text in app.markdown if "TTFT p99" in text.value)
    app.radio(key=f"interview.{sitting}.0.chosen").set_value("batch_limit")
    press(app, "answer", lang)
    kept = newest().replies[0]
    assert kept["correct"] is True
    assert all(f"| {before} | {after} |" in table for _, before, after in kept["table"])
    assert words.t(lang, "interview.signs.batch_limit") in said(app)


def test_a_regression_is_simulated_while_something_else_is_asked(monkeypatch) -> None:
    asked_for, go_on, days = Event(), Event(), regression.days

    def slow(cause: Cause, seed: int) -> tuple[regression.Day, regression.Day]:
        asked_for.set()
        assert go_on.wait(60)
        return days(cause, seed)

    monkeypatch.setattr(regression, "days", slow)
    under_way(CHOICE, replace(TRACE, seed=20261))
    app = opened(PAGE, "en")
    assert content.said(bank.question(CHOICE.name).ask, "en", CHOICE.name) in said(app)
    assert asked_for.wait(60)
    go_on.set()
    press(app, "skip")
    assert "TTFT p99" in said(app)


def test_when_the_time_is_up_one_may_finish_or_go_on() -> None:
    sitting = under_way(CHOICE, NUMBER, ago_s=1000, minutes=15)
    app = opened(PAGE, "en")
    assert words.t("en", "interview.time_up") in said(app)
    press(app, "go_on")
    assert words.t("en", "interview.time_up") not in said(app)
    app.radio(key=f"interview.{sitting}.0.chosen").set_value("right")
    press(app, "answer")
    assert not newest().over
    under_way(CHOICE, NUMBER, ago_s=1000, minutes=15)
    press(opened(PAGE, "en"), "skip")
    assert newest().over


def test_a_question_of_another_version_is_passed_over() -> None:
    under_way(Item(way="question", name="kv-cache.gone", seed=1, seconds=60), CHOICE)
    app = opened(PAGE, "en")
    assert not app.exception
    assert newest().at == 1


@pytest.mark.parametrize("found", ["nonsense", "", "../..", "<script>"])
def test_an_address_of_no_interview_is_an_ordinary_page(found: str) -> None:
    keep(uuid.uuid4().hex, {"event": "begin", "wish": "?"}, 1)
    app = opened(PAGE, "en", interview=found)
    assert not app.exception
    assert app.button(key="interview.start")
