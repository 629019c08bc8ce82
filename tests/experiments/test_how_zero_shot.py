"""Teacher and student on the lab's sentences, on the learner's, and in episodes."""

import json
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import few_shot, how_zero_shot, student_own
from lesson_core.schema.how_zero_shot import SHOTS, FewShot, HowZeroShot, OwnStudent
from lesson_core.schema.plain import to_plain
from lesson_core.schema.zero_shot import read_labels, read_texts
from lesson_core.theory.labelled_sentences import sentences, topics
from tests.experiments.fake_lab import FakeLab
from tests.experiments.fake_readers import stand_in

N = len(sentences("zh"))
SMALL = FewShot(ways=3, episodes=4)
OWN = OwnStudent(texts=("我的猫", "<b>rain</b>"), labels=read_labels("animals: cats\n天气"))


@pytest.fixture(autouse=True)
def no_files(monkeypatch) -> None:
    stand_in(monkeypatch)


def test_what_is_carried_is_counted_reader_by_reader(lab: FakeLab) -> None:
    events = list(how_zero_shot.run(HowZeroShot(), lab))
    json.dumps(to_plain(events[-1]))
    result = events[-1].detail
    rows = result["rows"]
    assert list(rows) == list(how_zero_shot.READERS)
    assert rows["en.teacher"]["right"] == rows["zh.student"]["right"] == N
    assert rows["zh.teacher"]["right"] < N / 4
    right = rows["zh.glosses"]["right"]
    assert (result["gained"], result["lost"]) == (N - right, 0)
    low, high = result["difference"]
    assert low < (N - right) / N < high
    assert result["topics"]["zh.student"] == [1.0] * len(topics("zh"))
    assert sum(result["topics"]["zh.glosses"]) == pytest.approx(right / N * len(topics("zh")))
    assert sum(one["n"] for one in result["split"].values()) == N
    assert len(result["fixed"]) == how_zero_shot.FIXED
    assert all(one["said"] != one["topic"] for one in result["fixed"])
    assert result["names"]["student"] == 0
    grown = [e.detail["n"] for e in events if e.detail.get("key") == "zh.student"]
    assert grown == sorted(grown) and grown[-1] == N


@pytest.mark.parametrize("looks", [1, 9, 23])
def test_cancelling_the_readers_leaves_no_result(tmp_path: Path, looks: int) -> None:
    events = list(how_zero_shot.run(HowZeroShot(), FakeLab(tmp_path, stop_after=looks)))
    assert all(event.stage != "result" for event in events)


def test_own_sentences_are_read_three_times(lab: FakeLab) -> None:
    result = list(student_own.run(OWN, lab))[-1].detail
    json.dumps(to_plain(result))
    assert list(result["ways"]) == list(student_own.WAYS)
    for way in result["ways"].values():
        assert len(way["scores"]) == len(OWN.texts)
        assert all(sum(row) == pytest.approx(1) for row in way["shares"])
    assert result["unknown"]["teacher"] == [[1, 2]] * 2
    assert result["glosses"][0][0] == ("猫", ["cat", "<b>"])


def test_a_chinese_label_is_read_by_the_student(monkeypatch) -> None:
    fakes = how_zero_shot.readers.load()
    asked = []
    for name in ("teacher", "student"):
        encode = getattr(fakes, name).encode
        say = lambda texts, name=name, encode=encode: (asked.append(name), encode(texts))[1]  # noqa: E731
        monkeypatch.setattr(getattr(fakes, name), "encode", say)
    for label in OWN.labels:
        student_own.class_vector(fakes, label)
    assert asked == ["teacher", "student"]


def test_own_sentences_cancel(tmp_path: Path) -> None:
    events = list(student_own.run(OWN, FakeLab(tmp_path, stop_after=1)))
    assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize(
    ("texts", "labels", "code"),
    [
        ("", "a\nb", "zero_shot_no_text"),
        ("x", "alone", "zero_shot_few_labels"),
        ("x", "体育\n体育", "zero_shot_equal_labels"),
        ("字" * 1_000_000, "a\nb", "zero_shot_long_text"),
        ("\n".join(["字" * 3_000] * 3), "a\nb", "student_long_texts"),
        ("行\n" * 50, "a\nb", "zero_shot_many_texts"),
    ],
)
def test_bad_input_is_a_sentence(texts: str, labels: str, code: str) -> None:
    with pytest.raises(LabError) as problem:
        OwnStudent(texts=read_texts(texts), labels=read_labels(labels))
    assert problem.value.code == code


def test_episodes_with_ever_more_examples(lab: FakeLab) -> None:
    events = list(few_shot.run(SMALL, lab))
    json.dumps(to_plain(events[-1]))
    result = events[-1].detail
    assert list(result["points"]) == [str(k) for k in SHOTS]
    for rows in result["points"].values():
        assert set(rows) == set(few_shot.METHODS)
        assert {row["episodes"] for row in rows.values()} == {2 * SMALL.episodes}
        assert rows["zero_shot"]["mean"] == rows["prototypes"]["mean"] == 1  # by heart
    assert result["catches_up"]["prototypes"] == 1
    assert result["practice"] == 6


def test_nobody_is_tested_on_a_topic_it_practised_on(lab: FakeLab, monkeypatch) -> None:
    seen: dict[str, list[set[int]]] = {"practised": [], "tested": []}
    for name, met in seen.items():

        def watch(pool, *rest, met=met):
            met.append({int(rows[0].argmax()) for rows in pool.shown})
            yield from ()

        monkeypatch.setattr(few_shot, name, watch)
    monkeypatch.setattr(few_shot, "accuracy", lambda some: few_shot.compare.accuracy([0.0]))
    list(few_shot.run(SMALL, lab))
    assert len(seen["tested"]) == 2 * len(SHOTS)
    for practised, tested in zip(seen["practised"], seen["tested"], strict=True):
        assert not practised & tested
    assert set.union(*seen["tested"]) == set(range(len(topics("en"))))


def test_every_second_sentence_may_be_an_example() -> None:
    fakes = how_zero_shot.readers.load()
    for row, other in zip(*few_shot.pool_of(fakes.teacher, "en"), strict=True):
        assert len(row) == len(other) == 13


def test_chinese_episodes_are_read_by_the_student(lab: FakeLab) -> None:
    result = list(few_shot.run(FewShot(ways=2, lang="zh", episodes=4), lab))[-1].detail
    assert result["points"]["1"]["zero_shot"]["mean"] == 1


def test_catching_up_is_the_first_time_it_is_not_behind() -> None:
    def at(a: float, b: float) -> dict:
        return {"zero_shot": {"mean": a}, "prototypes": {"mean": b}}

    points = {1: at(0.8, 0.5), 2: at(0.8, 0.8), 5: at(0.8, 0.7)}
    assert few_shot.catches_up(points, "prototypes") == 2
    assert few_shot.catches_up({1: at(0.8, 0.5)}, "prototypes") is None


@pytest.mark.parametrize("looks", [1, 40, 300, 700])
def test_cancelling_episodes_leaves_no_result(tmp_path: Path, looks: int) -> None:
    events = list(few_shot.run(SMALL, FakeLab(tmp_path, stop_after=looks)))
    assert all(event.stage != "result" for event in events)


@pytest.mark.parametrize(("ways", "episodes"), [(1, 40), (4, 40), (13, 40), (5, 0), (5, 10_000)])
def test_bounds_of_the_form(ways: int, episodes: int) -> None:
    with pytest.raises(LabError) as problem:
        FewShot(ways=ways, episodes=episodes)
    assert problem.value.code == "out_of_range"
