"""The report lays every answer beside the right one, and its file cannot be broken out of."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lesson_core.learn import bank, quiz, words
from lesson_core.learn.interview import asked, log, plan, report, written
from lesson_core.learn.interview.log import Sitting
from lesson_core.schema.answers import Answer
from lesson_core.schema.interview import CAUSES, MINUTES, PRESETS, Item, Wish
from lesson_core.schema.plain import to_plain
from lesson_core.schema.question import Choice, Measured, Posed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CHOICE = Item(way="question", name="measuring.clock-too-early", seed=1, seconds=75)
NUMBER = Item(way="chain", name="heads", seed=1, seconds=120)
FOLLOW = Item(way="chain", name="heads", seed=1, seconds=75, step=1)
OPEN = Item(way="project", name="measuring.show-baseline", seed=0, seconds=90)
ARTICLE = Item(way="lesson", name="caching", seed=7, seconds=180)
TRACE = Item(way="trace", name="kv_full", seed=3, seconds=180)
MEASURED = Item(way="question", name="kv-cache.whole-answer", seed=1, seconds=90)
EVIL = "</pre><script>alert(1)</script>\n```\n# heading\n````\n![x](http://evil/x.png)\x00"


def sat(*steps: tuple[Item, dict[str, Any] | None], level: str = "L5", **wish: Any) -> Sitting:
    """An interview of these items with these replies; None skips."""
    made = Wish(**({"preset": "systems", "level": level, "minutes": 30, "seed": 1} | wish))
    values = [log.begin(made, [item for item, _ in steps], None)]
    for n, (_, reply) in enumerate(steps):
        if reply is None:
            values.append({"event": "skip", "n": n})
            continue
        said = {key: value for key, value in reply.items() if key not in ("level", "note")}
        if "note" in reply:
            values.append({"event": "note", "n": n, "text": reply["note"]})
        values.append({"event": "said", "n": n, **said})
        if "level" in reply:
            values.append({"event": "rate", "n": n, "level": reply["level"]})
    entries = [
        Answer(uuid=str(n), learner="me", page=log.PAGE, kind="answer", key="a", value=value,
               created_at=(NOW + timedelta(seconds=10 * n)).isoformat())
        for n, value in enumerate(values)
    ]  # fmt: skip
    (found,) = log.sittings(entries)
    return found


def row(item: Item, reply: dict[str, Any] | None, lang: str = "en") -> report.Row:
    (found,) = report.rows(sat((item, reply)), lang)
    return found


def number(item: Item, value: str) -> dict[str, Any]:
    """What the page keeps of a reply to a number."""
    posed = asked.posed(item)
    assert posed is not None
    graded = quiz.grade(posed, value)
    return {"reply": value, "correct": graded.correct, "slip": graded.slip,
            "posed": to_plain(posed)}  # fmt: skip


def test_a_wrong_choice_is_told_what_is_wrong_with_it() -> None:
    question = bank.question(CHOICE.name)
    assert isinstance(question, Choice)
    found = row(CHOICE, {"chosen": "cached", "correct": False})
    assert found.outcome == "wrong"
    assert found.mine == question.wrong["cached"].text.en
    assert found.right == question.right.en
    assert found.diagnosis == question.wrong["cached"].diagnosis.en
    assert found.seconds == 10


def test_a_number_has_its_solution_and_its_slip() -> None:
    posed = asked.posed(NUMBER)
    assert posed is not None
    found = row(NUMBER, number(NUMBER, str(posed.slips["query_heads"])))
    assert found.outcome == "wrong"
    assert found.diagnosis == words.t("en", "cards.slips.query_heads")
    assert quiz.shown(posed.answer) in found.why
    assert row(NUMBER, number(NUMBER, str(posed.answer))).outcome == "right"


def test_a_follow_up_is_reported_with_its_own_numbers() -> None:
    first, second = (asked.posed(item) for item in (NUMBER, FOLLOW))
    assert first is not None and second is not None
    assert row(FOLLOW, number(FOLLOW, str(second.answer))).outcome == "right"
    assert quiz.shown(second.answer) in row(FOLLOW, None).why
    assert asked.before(FOLLOW, "zh") == [asked.ask(NUMBER, "zh", first)]


@pytest.mark.parametrize("cause", CAUSES)
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_regression_is_explained(cause: str, lang: str) -> None:
    item = Item(way="trace", name=cause, seed=3, seconds=180)
    other = next(one for one in CAUSES if one != cause)
    kept = [["preemptions", "0", "13"], ["<b>", "1", "2"], ["running", "<i>", "3"], "nonsense"]
    found = row(item, {"chosen": other, "correct": False, "table": kept}, lang)
    assert words.t(lang, f"interview.signs.{cause}") in found.why
    assert words.t(lang, f"interview.signs.{other}") in found.diagnosis
    assert found.table == ((words.t(lang, "interview.reading.preemptions"), "0", "13"),)


@pytest.mark.parametrize(
    ("wanted", "rated", "score"),
    [("L5", "L6", 1.0), ("L5", "L5", 1.0), ("L5", "L4", 0.5), ("L5", "L3", 0.0)],
)
def test_an_open_answer_counts_by_its_own_rating(wanted: str, rated: str, score: float) -> None:
    found = row(OPEN, {"text": "Against the old one.", "level": rated})
    assert (found.outcome, found.rated) == ("rated", rated)
    assert found.score(wanted) == score
    assert row(OPEN, {"text": "Against the old one."}).score(wanted) is None
    assert row(OPEN, None).score(wanted) == 0.0


def test_an_article_is_answered_by_its_page() -> None:
    found = row(ARTICLE, {"text": "Three of them."}, "zh")
    assert found.lesson == "caching"
    assert len(found.rubric) == 4
    assert found.right


def test_strengths_and_gaps() -> None:
    sitting = sat(
        (CHOICE, {"chosen": "right", "correct": True}), (TRACE, None),
        (OPEN, {"text": "x", "level": "L4"}), (ARTICLE, {"text": "y"}),
    )  # fmt: skip
    told = report.topics(report.rows(sitting, "en"), "L5")
    assert {topic.name: (topic.score, topic.count) for topic in told} == {
        "Timing correctly": (0.75, 2), "Percentiles and the tail": (0.0, 1),
    }  # fmt: skip
    assert [topic.name for topic in report.strengths(told)] == ["Timing correctly"]
    assert [topic.lessons for topic in report.gaps(told)] == [("batching",)]


def test_a_measured_answer_keeps_the_number_it_was_held_against() -> None:
    """The run may be gone by the time of the report."""
    question = bank.question(MEASURED.name)
    assert isinstance(question, Measured)
    posed = Posed(
        id=question.id, seed=0, answer=3.2, unit="×",
        values={"with_ms": 100, "without_ms": 320, "passes_with": 9, "passes_without": 40},
    )  # fmt: skip
    found = row(MEASURED, {"reply": "3", "correct": False, "posed": to_plain(posed)})
    assert "3.2" in found.right and "320" in found.why
    assert row(MEASURED, None).outcome == "skipped"


def test_kept_numbers_that_make_no_sense_are_drawn_again() -> None:
    posed = asked.posed(NUMBER)
    assert posed is not None
    evil = {**posed.values, "n_layers": "<b>32</b>"}
    for kept in ({}, {"id": 3}, *(to_plain(posed) | {"values": v} for v in ({}, evil))):
        found = row(NUMBER, {"reply": "1", "correct": False, "posed": kept})
        assert found.ask == asked.ask(NUMBER, "en", posed)


@pytest.mark.parametrize("reply", [{"chosen": ["a"]}, {"chosen": 3}, {"text": 5}, {"reply": None}])
@pytest.mark.parametrize("item", [CHOICE, NUMBER, OPEN, TRACE, ARTICLE, MEASURED])
def test_a_reply_that_makes_no_sense_breaks_nothing(item: Item, reply: dict[str, Any]) -> None:
    assert row(item, reply).mine == ""


def test_a_question_that_is_gone_is_passed_over() -> None:
    gone = [
        Item(way="question", name="kv-cache.gone", seed=1, seconds=1),
        Item(way="question", name="nothing", seed=1, seconds=1),
        Item(way="chain", name="gone", seed=1, seconds=1),
        Item(way="chain", name="heads", seed=1, seconds=1, step=9),
        Item(way="trace", name="gone", seed=1, seconds=1),
        Item(way="lesson", name="gone", seed=1, seconds=1),
        Item(way="lesson", name="caching", seed=99, seconds=1),
        Item(way="project", name="gone.gone", seed=1, seconds=1),
        Item(way="question", name="/etc/hosts.gone", seed=1, seconds=1),
    ]
    assert not any(asked.known(item) for item in gone)
    assert report.rows(sat(*((item, {"text": "x"}) for item in gone)), "en") == []


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_everything_that_can_be_planned_can_be_reported(lang: str) -> None:
    for preset in PRESETS:
        for minutes in MINUTES:
            wish = Wish(preset=preset, level="L5", minutes=minutes, seed=5)
            items = plan.plan(wish, bank.every())
            assert all(asked.known(item) for item in items)
            sitting = sat(*((item, None) for item in items), preset=preset, minutes=minutes)
            assert len(report.rows(sitting, lang)) == len(items)
            text = written.markdown(sitting, NOW, lang)
            assert all(f"\n## {n + 1}. " in text for n in range(len(items)))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_what_was_typed_cannot_leave_its_block(lang: str) -> None:
    sitting = sat(
        (NUMBER, {**number(NUMBER, "12"), "reply": EVIL, "note": EVIL}), (OPEN, {"text": EVIL}),
    )  # fmt: skip
    text = written.markdown(sitting, NOW, lang)
    assert text.count("alert(1)") == 3
    outside = re.sub(r"^(`{3,})text\n.*?\n\1$", "", text, flags=re.DOTALL | re.MULTILINE)
    for piece in ("alert", "<script", "evil", "# heading", "\x00"):
        assert piece not in outside


@pytest.mark.parametrize("text", ["", "plain", "`", "```", "a\n`````\nb", "~~~", "\r```\r"])
def test_a_fence_is_longer_than_what_it_holds(text: str) -> None:
    lines = written.fenced(text).split("\n")
    fence = lines[-1]
    assert lines[0] == f"{fence}text"
    assert all(fence not in line for line in lines[1:-1])


def test_time_is_read_as_on_a_clock() -> None:
    assert [written.clock(s) for s in (0, 59.6, 61, 725, -3)] == [
        "0:00", "1:00", "1:01", "12:05", "0:00"
    ]  # fmt: skip


def test_the_head_says_how_much_was_answered() -> None:
    head = written.head(sat((CHOICE, None), (OPEN, {"text": "x"})), NOW, "en")
    assert "1 of 2 answered" in head and "L5" in head
