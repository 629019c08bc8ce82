"""The classification job with stand-ins for the files: five ways, one table, nothing invented."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import classify, classify_ways
from lesson_core.schema.classify import Classify
from lesson_core.schema.events import Event
from lesson_core.schema.labelled_table import read
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.tasks.classify import linear
from tests.experiments.fake_lab import RECIPE, FakeLab

TABLE = read(
    b"text,label\n"
    + b"".join(b"the %s number %d,%s\n" % (w, i, c) for i in range(4)
               for w, c in ((b"soup", b"food"), (b"ship", b"<b>sea</b>"), (b"snow", b"sky")))
)  # fmt: skip


class FakeTuned(classify_ways.FineTuned):
    """Steps without a model; every answer is the class it saw first."""

    def __init__(self) -> None:
        self.classes = 0

    def learn(self, texts, labels, epochs=1, seed=0) -> Iterator[tuple[int, int, float]]:
        self.classes = max(labels) + 1
        for step in range(1, 6):
            yield step, 5, 1.0 / step

    def shares(self, texts):
        return torch.eye(self.classes)[:1].repeat(len(texts), 1)

    def bytes(self) -> int:
        return 100


def letters(text: str) -> np.ndarray:
    return np.array([text.count(letter) for letter in "abcdefghijklmnopqrstuvwxyz"], dtype=float)


@pytest.fixture(autouse=True)
def stand_ins(monkeypatch) -> None:
    monkeypatch.setattr(classify.home, "is_ready", lambda artefact: True)
    over_letters = lambda: linear.of_vectors(letters, 26)  # noqa: E731
    monkeypatch.setattr(classify_ways, "MAKERS", {
        "words": linear.Words, "vectors": over_letters, "sentences": over_letters,
        "tuned": FakeTuned,
    })  # fmt: skip


def told(spec: Classify, lab: FakeLab) -> list[Event]:
    events = list(classify.run(spec, lab))
    json.dumps([to_plain(event) for event in events])
    return events


def test_five_rows_of_the_same_numbers(lab: FakeLab) -> None:
    found = told(Classify(recipe=RECIPE, table=TABLE, typed="a ship"), lab)[-1].detail
    assert list(found["rows"]) == list(classify.WAYS) == list(found["typed"])
    assert found["split"]["names"] == ["<b>sea</b>", "food", "sky"]
    for way, row in found["rows"].items():
        answers = found["answers"][way]
        truth = [one["label"] for one in found["asked"]]
        assert row["n"] == len(truth) == 6
        assert row["right"] == sum(a == b for a, b in zip(answers["said"], truth, strict=True))
        assert row["low"] <= row["right"] / row["n"] <= row["high"]
        assert row["promised"] == pytest.approx(np.mean(answers["sure"]), abs=1e-3)
        assert sum(found["typed"][way]) == pytest.approx(1, abs=1e-5)
        assert row["seconds"] > 0 and row["bytes"] > 0
    assert found["rows"]["words"]["right"] == 6  # "soup", "ship" and "snow" tell
    assert found["rows"]["tuned"]["right"] == 2 and found["rows"]["tuned"]["promised"] == 1


def test_the_shapes_come_from_the_head_that_ran(lab: FakeLab) -> None:
    found = told(Classify(recipe=RECIPE, table=TABLE, typed="the snow number 9"), lab)[-1].detail
    seen = found["shapes"]
    assert seen["vector"] == [26] and seen["weights"] == [26, 3]
    names, shares = found["split"]["names"], found["typed"]["vectors"]
    assert seen["said"] == names[max(range(3), key=shares.__getitem__)]
    assert "axis 1" in seen["error"]


def test_two_classes_have_two_columns(lab: FakeLab) -> None:
    table = read(b"text,label\nhot soup,a\nhot tea,a\ncold ice,b\ncold snow,b\n")
    found = told(Classify(recipe=RECIPE, table=table, typed="cold ice"), lab)[-1].detail
    assert found["shapes"]["weights"] == [26, 2]
    shares = found["typed"]["vectors"]
    assert found["shapes"]["said"] == found["split"]["names"][shares.index(max(shares))]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_our_sentences_stand_under_their_topics(lang, lab: FakeLab) -> None:
    found = told(Classify(recipe=RECIPE, lang=lang, seconds=1), lab)[-1].detail
    assert len(found["split"]["names"]) == 12 and found["split"]["repeated"] == 0
    assert found["split"]["learned"] == found["split"]["asked"] == 156
    assert 0.1 < found["split"]["unseen"] < 0.5
    assert found["typed"] is None


def test_time_ends_training_and_reading_but_each_class_had_a_turn(lab: FakeLab) -> None:
    seconds = itertools.count()
    lab.clock = lambda: float(next(seconds))
    rows = told(Classify(recipe=RECIPE, table=TABLE, seconds=1), lab)[-1].detail["rows"]
    assert rows["tuned"]["part"] == pytest.approx(1 / 5)
    assert rows["told"]["n"] == 3


def test_a_missing_file_leaves_its_way_out(lab: FakeLab, monkeypatch) -> None:
    monkeypatch.setattr(classify.home, "is_ready", lambda artefact: artefact == "minilm-l6")
    found = told(Classify(recipe=RECIPE, table=TABLE), lab)[-1].detail
    assert found["rows"]["vectors"] == {"missing": "glove-100"}
    assert set(found["answers"]) == set(classify.WAYS) - {"vectors"}
    assert found["shapes"]["weights"][1] == 3  # on the bag of words then


@pytest.mark.parametrize("looks", range(12))
def test_cancelling_ends_it_without_a_result(looks: int, tmp_path: Path) -> None:
    lab = FakeLab(tmp_path, stop_after=looks)
    spec = Classify(recipe=RECIPE, table=TABLE)
    assert all(event.stage != "result" for event in classify.run(spec, lab))
    assert lab.asked <= looks + 3


def test_a_table_crosses_the_process_border() -> None:
    spec = Classify(recipe=RECIPE, table=TABLE)
    assert from_plain(Classify, json.loads(json.dumps(to_plain(spec)))) == spec


@pytest.mark.parametrize(
    ("change", "code"),
    [({"typed": "x" * 1_000_000}, "classify_long"), ({"per_class": 0}, "out_of_range"),
     ({"seconds": 0.0}, "out_of_range")],
)  # fmt: skip
def test_bad_input_is_a_sentence(change: dict, code: str) -> None:
    with pytest.raises(LabError) as problem:
        Classify(recipe=RECIPE, **change)
    assert problem.value.code == code
