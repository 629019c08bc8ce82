"""The mock interview and the runs of this machine: they are asked about, and may be gone."""

import pytest

from lesson_core.learn import bank, content, words
from tests.app.test_cards import clear, run_kept
from tests.app.test_interview import MEASURED, PAGE, newest, press, said, under_way
from tests.app.test_pages import opened


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_run_of_this_machine_is_asked_about_and_outlives_it(lang: str) -> None:
    clear()
    run_kept(0.06)
    sitting = under_way(MEASURED)
    app = opened(PAGE, lang)
    question = bank.question(MEASURED.name)
    assert words.t(lang, "interview.measured") in said(app)
    app.text_input(key=f"interview.{sitting}.0.reply").set_value("3")
    press(app, "answer", lang)
    clear()
    later = opened(PAGE, lang, interview=sitting)
    assert words.t(lang, "interview.outcome.right") in said(later)
    assert content.said(question.ask, lang, question.id)[:12] in said(later)


def test_a_run_that_is_gone_can_only_be_skipped() -> None:
    clear()
    under_way(MEASURED)
    app = opened(PAGE, "en")
    assert words.t("en", "card.measured_absent") in said(app)
    press(app, "skip")
    assert newest().over


def test_a_speed_up_of_this_machine_is_to_be_defended() -> None:
    clear()
    run_kept(0.06)
    app = opened(PAGE, "en")
    app.button_group(key="interview.minutes").set_value(45).run()
    app.button(key="interview.start").click().run()
    clear()
    claim = newest().claim
    assert claim is not None
    assert claim.question == "kv-cache.whole-answer"
    assert claim.low <= claim.value <= claim.high
    assert claim.value == pytest.approx(3, rel=0.02)
    while newest().items[newest().at].way != "project":
        press(app, "skip")
    assert "3 times as fast" in said(app)
