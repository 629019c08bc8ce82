"""The cards of a lesson: stepping through them, and each kind answered right and wrong."""

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.learn import bank, content, words
from lesson_core.learn.catalogue import LESSONS, lesson
from lesson_core.schema.events import Event
from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.schema.question import LEVELS, Choice, Measured, Numeric, Open
from lesson_core.schema.recipe import Recipe
from lesson_core.store.database import Store
from tests.app.stored import keep
from tests.app.test_pages import opened

KV = bank.on_page("kv-cache")


def at(lesson_id: str, question, lang: str = "en") -> AppTest:
    """The page of a lesson with this card on top."""
    app = opened(lesson(lesson_id).path, lang)
    app.session_state[f"{lesson_id}.card"] = bank.on_page(lesson_id).index(question)
    app.run()
    assert not app.exception
    return app


def first(kind: type, lesson_id: str = "kv-cache"):
    return next(q for q in bank.on_page(lesson_id) if isinstance(q, kind))


def told(app: AppTest) -> None:
    return "\n".join(text.value for text in [*app.markdown, *app.caption])


def kept(asked) -> object:
    where = {"learner": "local", "page": asked.lesson, "kind": "answer", "key": asked.id}
    found = Store.open().answers.latest(**where)
    return found and found.value


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_cards_are_gone_through_one_by_one(lang: str) -> None:
    app = opened(lesson("kv-cache").path, lang)
    for n in range(1, len(KV) + 1):
        assert words.t(lang, "card.place", n=n, count=len(KV)) in told(app)
        app.button(key="kv-cache.card.next").click().run()
        assert not app.exception
    assert words.t(lang, "card.place", n=1, count=len(KV)) in told(app)
    app.button(key="kv-cache.card.previous").click().run()
    assert words.t(lang, "card.place", n=len(KV), count=len(KV)) in told(app)


@pytest.mark.parametrize("entry", LESSONS, ids=lambda entry: entry.id)
def test_a_number_is_graded_and_a_slip_named(entry) -> None:
    asked = first(Numeric, entry.id)
    posed = bank.pose(asked, 1)
    slip, wrong = next(iter(posed.slips.items()), ("", posed.answer * 3.3))
    for reply, verdict in ((posed.answer, "right"), (wrong, "wrong")):
        app = at(entry.id, asked)
        key = f"{asked.id}.{posed.seed}"
        app.text_input(key=f"{key}.reply").set_value(repr(reply))
        app.button(key=f"{key}.check").click().run()
        assert not app.exception
        assert words.t("en", f"card.{verdict}", answer="@").split("@")[0] in told(app)
        assert content.card_solution(posed, "en") in told(app)
    assert not slip or words.t("en", f"cards.slips.{slip}") in told(app)


def test_new_numbers_ask_again() -> None:
    asked = first(Numeric)
    app = at("kv-cache", asked)
    app.button(key=f"{asked.id}.new").click().run()
    assert content.card_ask(bank.pose(asked, 2), "en") in told(app)


def test_a_reply_that_is_no_number_gets_a_sentence() -> None:
    asked = first(Numeric)
    app = at("kv-cache", asked, "zh")
    app.text_input(key=f"{asked.id}.1.reply").set_value("many")
    app.button(key=f"{asked.id}.1.check").click().run()
    assert not app.exception
    assert any("many" in box.value for box in app.warning)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_wrong_choice_is_told_its_misconception(lang: str) -> None:
    asked = first(Choice)
    for name, wrong in asked.wrong.items():
        app = at("kv-cache", asked, lang)
        assert content.said(asked.why, lang, asked.id) not in told(app)
        app.radio(key=f"{asked.id}.chosen").set_value(name)
        app.button(key=f"{asked.id}.check").click().run()
        assert not app.exception
        assert content.said(wrong.diagnosis, lang, asked.id) in told(app)
        assert content.said(asked.why, lang, asked.id) in told(app)


def test_a_right_choice_and_none() -> None:
    asked = first(Choice)
    app = at("kv-cache", asked)
    app.button(key=f"{asked.id}.check").click().run()
    assert not app.exception
    assert content.said(asked.why, "en", asked.id) not in told(app)
    app.radio(key=f"{asked.id}.chosen").set_value("right")
    app.button(key=f"{asked.id}.check").click().run()
    assert words.t("en", "card.choice_right") in told(app)
    kept = Store.open().answers.latest(
        learner="local", page="kv-cache", kind="answer", key=asked.id
    )
    assert kept is not None
    assert kept.value == {"chosen": "right", "correct": True}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_an_open_question_is_compared_and_rated(lang: str) -> None:
    asked = first(Open)
    app = at("kv-cache", asked, lang)
    assert content.said(asked.rubric["L3"], lang, asked.id) not in told(app)
    app.text_area(key=f"{asked.id}.own").set_value("because")
    app.button(key=f"{asked.id}.check").click().run()
    for level in LEVELS:
        assert content.said(asked.rubric[level], lang, asked.id) in told(app)
    assert content.said(asked.model, lang, asked.id) in told(app)
    app.button_group(key=f"{asked.id}.level").set_value("L4").run()
    assert not app.exception
    kept = Store.open().answers.latest(
        learner="local", page="kv-cache", kind="answer", key=asked.id
    )
    assert kept is not None
    assert kept.value == {"text": "because", "level": "L4"}


def clear() -> None:
    """No run is kept; two of one second would come in any order."""
    jobs = Store.open().jobs
    for job in jobs.finished(["kv_cache"]):
        jobs.delete(job.id)


def run_kept(without_s: float) -> None:
    """A finished run: 20 ms a step with the cache, `without_s` without."""
    result = {
        "tokens_in": 10, "tokens_out": 24, "with_s": [0.02] * 24,
        "without_s": [without_s + 1e-4 * (-1) ** n for n in range(24)],
        "environment": {"device": "cpu", "device_name": "cpu", "cpu": "Test CPU",
                        "started_at": "2026-11-23T08:00:00+00:00"},
    }  # fmt: skip
    spec = KvCacheTwins(recipe=Recipe(model="m"), prompt="p")
    keep("kv_cache", spec, [Event(stage="result", detail=result)])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_measured_card_asks_about_the_newest_run(lang: str) -> None:
    asked = first(Measured)
    clear()
    assert words.t(lang, "card.measured_absent") in told(at("kv-cache", asked, lang))
    run_kept(0.02)
    assert words.t(lang, "card.measured_noise") in told(at("kv-cache", asked, lang))
    clear()
    run_kept(0.06)
    app = at("kv-cache", asked, lang)
    assert content.said(asked.ask, lang, asked.id) in told(app)
    assert "Test CPU" in told(app)
    app.text_input(key=f"{asked.id}.0.reply").set_value("3")
    app.button(key=f"{asked.id}.0.check").click().run()
    assert not app.exception
    assert words.t(lang, "card.right", answer="@").split("@")[0] in told(app)
    clear()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_every_card_can_be_reported(lang: str) -> None:
    for asked in KV:
        app = at("kv-cache", asked, lang)
        report = next(code.value for code in app.code if asked.id in code.value)
        assert words.t(lang, "card.report_fill").strip() in report
        assert f"lang={lang}" in report
        assert ("seed 1" in report) == isinstance(asked, Numeric)
