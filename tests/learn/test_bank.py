"""The question bank is sound, and its checks find what they are for."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from lesson_core.learn import bank, bank_faults, catalogue, check_bank, content
from lesson_core.learn.problems import shelf
from lesson_core.schema.question import (
    LEVELS,
    Choice,
    Found,
    Measured,
    Numeric,
    Open,
    Posed,
    Said,
    Wrong,
)

POSES = 50  # `python -m lesson_core.learn.check_bank` poses each template 1,000 times
EVERY = bank.every()


def said(text: str = "text") -> Said:
    return Said(en=text, zh=text)


CHOICE = Choice(
    id="home.x", topic="ridge", level="L3", sources=("horace",), ask=said(), right=said("right"),
    why=said(), wrong={"a": Wrong(text=said("a"), diagnosis=said("because a")),
                       "b": Wrong(text=said("b"), diagnosis=said("because b"))},
)  # fmt: skip


@pytest.mark.parametrize("question", EVERY, ids=lambda question: question.id)
def test_a_question_has_no_fault(question) -> None:
    assert list(bank_faults.of(question, POSES)) == []


@pytest.mark.parametrize("entry", catalogue.LESSONS, ids=lambda entry: entry.id)
def test_a_page_has_three_to_six_cards_and_one_of_them_is_a_number(entry) -> None:
    """How to add questions: CONTRIBUTING.md."""
    cards = bank.on_page(entry.id)
    assert 3 <= len(cards) <= 6
    assert any(isinstance(card, Numeric) for card in cards)


def test_ids_are_unique() -> None:
    assert bank_faults.of_bank(EVERY) == []
    assert bank_faults.of_bank([CHOICE, CHOICE]) != []


def test_every_file_belongs_to_a_lesson() -> None:
    files = {path.stem for path in bank.FOLDER.glob("*.yaml")} - {"topics", "sources"}
    assert files <= {folder.name for folder in content.FOLDER.iterdir()}


def test_every_topic_is_asked_about_and_every_source_is_used() -> None:
    assert len(bank.topics()) >= 70
    asked = {path.stem: bank.of_lesson(path.stem) for path in bank.FOLDER.glob("*.yaml")
             if path.stem not in ("topics", "sources")}  # fmt: skip
    questions = [question for found in asked.values() for question in found]
    assert {question.topic for question in questions} == set(bank.topics())
    solved = [problem.words for problem in shelf.every()]
    assert {key for one in (*questions, *solved) for key in one.sources} == set(bank.sources())
    assert all(text.startswith("[") and "](http" in text for text in bank.sources().values())


def test_the_command_ends_with_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert check_bank.main(poses=2) == 0
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["total"] == sum(summary["by_kind"].values()) == len(EVERY)
    assert set(summary["by_topic"]) == set(bank.topics())
    assert summary["failures"] == 0


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"topic": "weather"}, "no topic"),
        ({"sources": ("my uncle",)}, "no source"),
        ({"ask": said("{nobody_computes_this}")}, "nobody_computes_this"),
        ({"ask": Said(en="{d_layers}", zh="层")}, "different placeholders"),
        ({"right": said("A")}, "two answers are the same"),
        ({"wrong": {**CHOICE.wrong, "b": Wrong(text=said("b"), diagnosis=said("because a"))}},
         "two diagnoses are the same"),
    ],
)  # fmt: skip
def test_faults_of_a_choice_are_found(change: dict, fault: str) -> None:
    assert any(fault in found for found in bank_faults.of(replace(CHOICE, **change), POSES))
    assert list(bank_faults.of(CHOICE, POSES)) == []


def posed(**change: object) -> Posed:
    usual = {"id": "home.tpot", "seed": 1, "values": {}, "answer": 12.0, "unit": "ms"}
    return Posed(**(usual | change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"answer": float("nan")}, "absurd"),
        ({"answer": -1.0}, "absurd"),
        ({"answer": 101.0, "unit": "%"}, "absurd"),
        ({"unit": "furlong"}, "no bounds"),
        ({"values": {"n": -3}}, "n is -3"),
        ({"values": {"n": float("inf")}}, "n is inf"),
        ({"values": {"n": "nan"}}, "n reads nan"),
        ({"slips": {"by_n": 12.1}}, "is graded right"),
        ({"slips": {"by_n": float("nan")}}, "the slip by_n is nan"),
        ({"answer": 1.23456, "rel_tol": 1e-5}, "graded wrong"),
    ],
)
def test_faults_of_a_key_are_found(change: dict, fault: str) -> None:
    assert any(fault in found for found in bank_faults._of_key(posed(**change)))
    assert list(bank_faults._of_key(posed())) == []


def test_a_draw_that_cannot_tell_a_slip_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(seed: int) -> Posed:
        return posed(seed=seed, slips={"by_n": 12.0 if seed == 1 else 15.0})

    monkeypatch.setattr(bank, "_function", lambda package, asked: draw)
    template = bank.question("home.tpot")
    assert isinstance(template, Numeric)
    assert bank.pose(template, 1).seed == 1 + bank.FAR
    assert bank.pose(template, 2).seed == 2
    monkeypatch.setattr(bank, "_function", lambda package, asked: lambda seed: posed(id="home.x"))
    with pytest.raises(TypeError, match=r"home\.tpot"):
        bank.pose(template, 1)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("{kind: riddle}", "no known kind"),
        ("{kind: numeric, topic: ridge, level: L3, sources: [a], unti: ms}", "unknown keys: unti"),
        ("{kind: numeric, topic: ridge, level: L9, sources: [a]}", "one of"),
        ("{kind: numeric, topic: ridge, level: L3, sources: []}", "no source"),
        ("{kind: numeric, topic: ridge, level: L3}", "sources"),
    ],
)
def test_a_file_with_a_mistake_is_refused(tmp_path: Path, body: str, problem: str) -> None:
    (tmp_path / "home.yaml").write_text(f"x: {body}", encoding="utf-8")
    with pytest.raises((TypeError, ValueError), match=problem):
        bank._of_file(tmp_path / "home.yaml")


def test_a_question_written_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "home.yaml").write_text("x: {}\nx: {}", encoding="utf-8")
    with pytest.raises(ValueError, match="written twice"):
        bank._of_file(tmp_path / "home.yaml")


def test_what_a_kind_needs_is_asked_for() -> None:
    with pytest.raises(ValueError, match="two distractors"):
        replace(CHOICE, wrong={})
    with pytest.raises(ValueError, match="rubric"):
        Open(id="home.x", topic="ridge", level="L3", sources=("a",), ask=said(), model=said(),
             rubric={level: said() for level in LEVELS[1:]})  # fmt: skip
    with pytest.raises(ValueError, match="empty"):
        Said(en="text", zh=" ")


MEASURED = [q for q in EVERY if isinstance(q, Measured)]


@pytest.mark.parametrize("question", MEASURED, ids=lambda question: question.id)
def test_a_result_without_its_numbers_leaves_a_measured_question_unasked(question) -> None:
    assert bank.read(question, {}) is None


@pytest.mark.parametrize(
    ("found", "askable"),
    [
        (Found(value=2.0, low=1.8, high=2.2, neutral=1.0), True),
        (Found(value=1.1, low=0.9, high=1.3, neutral=1.0), False),
        (Found(value=1.1, low=0.9, high=1.3), True),
        (Found(value=float("nan"), low=0.9, high=1.3), False),
        (Found(value=0.0, low=0.0, high=0.0), False),
    ],
)
def test_an_effect_within_the_noise_is_not_asked_for(found: Found, askable: bool) -> None:
    assert found.askable == askable


def test_a_reply_may_be_off_by_the_noise() -> None:
    asked = MEASURED[0]
    calm = bank.pose_measured(asked, Found(value=2.0, low=1.99, high=2.01))
    loud = bank.pose_measured(asked, Found(value=2.0, low=1.0, high=2.6))
    assert calm.rel_tol == asked.rel_tol
    assert loud.rel_tol == pytest.approx(0.5)
