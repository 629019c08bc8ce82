"""The zero-shot experiments on a tiny model and a stand-in for the encoder."""

import itertools
import json
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import zero_shot, zero_shot_own, zero_shot_told
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.zero_shot import OwnZeroShot, ZeroShot, read_labels, read_texts
from lesson_core.tasks import sentence_encoder
from lesson_core.theory.labelled_sentences import sentences, topics
from tests.experiments.fake_encoder import FakeEncoder
from tests.experiments.fake_lab import RECIPE, FakeLab

SPEC = ZeroShot(recipe=RECIPE, sampled=24)
OWN = OwnZeroShot(
    recipe=RECIPE, texts=("my cat", "<b>rain</b>", "混 mixed 字"), template="About {}.",
    labels=read_labels("animals: pets; cats\nweather"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def english(monkeypatch) -> None:
    """No files: the stand-in reads English sentences and no Chinese ones."""
    monkeypatch.setattr(sentence_encoder, "load", lambda: FakeEncoder("en"))


@pytest.fixture
def events(lab: FakeLab) -> list[Event]:
    return list(zero_shot.run(SPEC, lab))


def test_every_sentence_is_read_and_counted(events: list[Event]) -> None:
    result = events[-1].detail
    json.dumps(to_plain(events[-1]))
    n = len(sentences("en"))
    described = result["rows"]["en.described"]
    assert (described["right"], described["n"]) == (n, n)
    assert described["high"] == 1.0
    assert 0 < described["expected"] <= 1
    chinese = result["rows"]["zh.described"]
    assert chinese["right"] < n / 4  # most of them go to one class
    assert sum(map(sum, result["confusion"]["zh"])) == n
    assert result["unknown"] == {"en": 0.5, "zh": 0.5}


def test_the_parts_add_up(events: list[Event]) -> None:
    result = events[-1].detail
    for name in ("right", "n"):
        parts = sum(one[name] for one in result["split"].values())
        assert parts == result["rows"]["en.described"][name]
    assert result["misses"] == [] and result["second"] == 0


def test_wrong_answers_are_told_with_their_class(lab: FakeLab, monkeypatch) -> None:
    lost = FakeEncoder("en")
    first = topics("en")[0].id
    gone = {s.text for s in sentences("en") if s.topic == first}
    lost.place = {text: i for text, i in lost.place.items() if text not in gone}
    lost.place |= dict.fromkeys(gone, 3)
    monkeypatch.setattr(sentence_encoder, "load", lambda: lost)
    result = list(zero_shot.run(SPEC, lab))[-1].detail
    assert result["confusion"]["en"][0][3] == len(gone)
    assert {miss["said"] for miss in result["misses"]} == {topics("en")[3].id}
    assert len(result["misses"]) == zero_shot.MISSES
    assert result["second"] == len(gone)  # of equal scores the first class comes next


def test_rows_grow_balanced(events: list[Event]) -> None:
    told = [e.detail for e in events if e.detail.get("what") == "row"]
    sizes = [row["n"] for row in told if row["key"] == "en.described"]
    assert sizes == sorted(sizes) and sizes[-1] == len(sentences("en"))
    assert sizes[0] == zero_shot.AT_ONCE


def test_the_language_model_reads_both_languages_alike(events: list[Event]) -> None:
    rows = events[-1].detail["rows"]
    assert {rows[f"{lang}.{rule}"]["n"] for lang in ("en", "zh") for rule in ("sum", "prior")} == {
        24
    }
    twins = events[-1].detail["twins"]
    assert twins["difference"] < 1e-3
    assert twins["whole_tokens"] > twins["shared_tokens"]


def test_it_stops_when_its_time_is_up_but_not_before_each_class_had_a_turn(lab: FakeLab) -> None:
    spec = ZeroShot(recipe=RECIPE, sampled=60, seconds=1)
    seconds = itertools.count()
    lab.clock = lambda: float(next(seconds))
    rows = list(zero_shot.run(spec, lab))[-1].detail["rows"]
    assert rows["en.sum"]["n"] == rows["zh.sum"]["n"] == len(topics("en"))


@pytest.mark.parametrize("looks", [1, 5, 20])
def test_cancelling_ends_it_without_a_result(tmp_path: Path, looks: int) -> None:
    events = list(zero_shot.run(SPEC, FakeLab(tmp_path, stop_after=looks)))
    assert all(event.stage != "result" for event in events)


def test_own_classes_are_scored_in_four_ways(lab: FakeLab) -> None:
    result = list(zero_shot_own.run(OWN, lab))[-1].detail
    json.dumps(result)
    assert set(result["ways"]) == {"name", "described", "token", "prior"}
    for way in result["ways"].values():
        assert len(way["scores"]) == len(OWN.texts)
        assert all(sum(row) == pytest.approx(1) for row in way["shares"])
    assert result["unknown"] == [[1, 2]] * 3
    assert result["tokens"] == [len(" animals"), len(" weather")]  # the fake reads bytes


def test_a_description_goes_into_the_template() -> None:
    label = OWN.labels[0]
    said = zero_shot_own.sayings(label, "About {}.")
    assert said == ["About animals.", "About pets.", "About cats."]


def test_a_text_longer_than_the_context_keeps_its_end(lab: FakeLab) -> None:
    spec = OwnZeroShot(recipe=RECIPE, texts=("x" * 900,), labels=OWN.labels, template="{}")
    assert list(zero_shot_own.run(spec, lab))[-1].stage == "result"


def test_own_run_cancels(tmp_path: Path) -> None:
    events = list(zero_shot_own.run(OWN, FakeLab(tmp_path, stop_after=1)))
    assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize(
    ("texts", "labels", "template", "code"),
    [
        ("", "a\nb", "{}", "zero_shot_no_text"),
        (" \n ", "a\nb", "{}", "zero_shot_no_text"),
        ("x", "", "{}", "zero_shot_few_labels"),
        ("x", "only one", "{}", "zero_shot_few_labels"),
        ("x", "sport\nSport", "{}", "zero_shot_equal_labels"),
        ("x", "体育：球\n体育：跑", "{}", "zero_shot_equal_labels"),
        ("x", "a\n: nothing", "{}", "zero_shot_unnamed_label"),
        ("x", "a\nb" + "b" * 300, "{}", "zero_shot_long_label"),
        ("x", "\n".join(map(str, range(40))), "{}", "zero_shot_many_labels"),
        ("x", "a\nb", "no place", "zero_shot_template"),
        ("x", "a\nb", "{} and {}", "zero_shot_template"),
        ("word " * 200_000, "a\nb", "{}", "zero_shot_long_text"),
        ("line\n" * 200_000, "a\nb", "{}", "zero_shot_many_texts"),
    ],
)
def test_bad_input_is_a_sentence(texts: str, labels: str, template: str, code: str) -> None:
    with pytest.raises(LabError) as problem:
        OwnZeroShot(recipe=RECIPE, texts=read_texts(texts), labels=read_labels(labels),
                    template=template)  # fmt: skip
    assert problem.value.code == code


def test_labels_are_read_in_both_scripts() -> None:
    found = read_labels("体育：比赛；赛跑\n\n money : banks; debts ;\nmixed 混：a:b")
    assert [label.name for label in found] == ["体育", "money", "mixed 混"]
    assert [label.descriptions for label in found] == [
        ("比赛", "赛跑"),
        ("banks", "debts"),
        ("a:b",),
    ]


def test_one_word_and_odd_characters_are_texts_too(lab: FakeLab) -> None:
    spec = OwnZeroShot(recipe=RECIPE, texts=("cat", "🙂", "\ud800"), labels=OWN.labels,
                       template="{}")  # fmt: skip
    assert len(list(zero_shot_own.run(spec, lab))[-1].detail["texts"]) == 3


def test_the_twins_are_timed_in_turn(lab: FakeLab) -> None:
    told: dict = {}
    list(zero_shot_told.rows(lab.model(RECIPE), lab, 12, 100.0, told))
    assert told["twins"]["rounds"] == zero_shot_told.ROUNDS
