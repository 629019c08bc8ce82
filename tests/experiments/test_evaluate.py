"""The evaluation experiment on a tiny model: equal to the plain score, bounded, cancelled."""

import itertools
import json
import math
from pathlib import Path

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import evaluate
from lesson_core.schema.evaluate import MOST_CHARS, Evaluate, pieces
from lesson_core.schema.plain import to_plain
from lesson_core.tasks import quality
from tests.experiments.fake_lab import RECIPE, FakeLab, byte_tokenizer, tiny_model

TEXT = "A short line.\nAnd here is a line that goes on for quite a while.\n\n混 mixed 字 🙂\nEnd."
SPEC = Evaluate(recipe=RECIPE, text=TEXT, rows=2)


@pytest.fixture(autouse=True)
def both_models(monkeypatch) -> None:
    monkeypatch.setattr(evaluate.home, "is_ready", lambda artefact: True)


def result(spec: Evaluate, lab: FakeLab) -> dict:
    events = list(evaluate.run(spec, lab))
    json.dumps([to_plain(event) for event in events])
    return events[-1].detail


@pytest.mark.parametrize("text", [TEXT, "x" * 900, "ab"])
def test_it_is_the_perplexity_of_the_plain_score(text: str, lab: FakeLab) -> None:
    found = result(Evaluate(recipe=RECIPE, text=text), lab)
    score = quality.score(tiny_model(), byte_tokenizer(lab.folder, True), [text])
    assert found["tokens"] == found["of"] == score.tokens
    assert found["bytes"] == score.bytes == len(text.encode()) - 1
    assert found["perplexity"] == pytest.approx(score.perplexity, rel=1e-4)
    assert found["bits_per_byte"] == pytest.approx(score.bits_per_byte, rel=1e-4)
    assert found["low"] <= found["perplexity"] <= found["high"]


def test_the_ways_come_from_the_batches_that_were_told(lab: FakeLab) -> None:
    found = result(SPEC, lab)
    rows = found["batches"]
    assert len(rows) == 2
    assert sum(row["tokens"] for row in rows) == sum(len(p.encode()) - 1 for p in pieces(TEXT))
    nll = sum(row["tokens"] * row["loss"] for row in rows)
    right = math.exp(nll / sum(row["tokens"] for row in rows))
    assert found["ways"]["right"] == pytest.approx(right)
    means = math.exp(sum(row["padded"] for row in rows) / 2)
    assert found["ways"]["both"] == pytest.approx(means)
    assert found["modes"]["eval"] == found["modes"]["plain"] * 2
    assert found["modes"]["train"][0] != found["modes"]["train"][1]
    assert found["other"]["tokens"] == found["tokens"]  # the stand-in has one vocabulary


def test_the_curve_ends_at_the_number(lab: FakeLab) -> None:
    events = list(evaluate.run(Evaluate(recipe=RECIPE, text="word " * 90), lab))
    told = [e.detail for e in events if e.detail.get("what") == "read"]
    for one in told:
        assert one["curve"][-1] == pytest.approx(
            [one["tokens"], one["perplexity"], one["promised"]], rel=1e-5
        )
        assert [point[0] for point in one["curve"]] == sorted({p[0] for p in one["curve"]})
    assert len(told) > 1


def test_it_stops_reading_when_its_time_is_up(lab: FakeLab) -> None:
    seconds = itertools.count(step=30)
    lab.clock = lambda: float(next(seconds))
    found = result(Evaluate(recipe=RECIPE, text="word " * 2000), lab)
    assert 0 < found["tokens"] < found["of"]
    assert found["other"] is None


@pytest.mark.parametrize("looks", [0, 1, 2, 3])
def test_cancelling_ends_it_without_a_result(tmp_path: Path, looks: int) -> None:
    lab = FakeLab(tmp_path, stop_after=looks)
    assert all(event.stage != "result" for event in evaluate.run(SPEC, lab))
    assert lab.asked == looks + 1


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "evaluate_empty"), (" \n\t", "evaluate_empty"), ("x" * 10**6, "evaluate_long")],
)
def test_bad_text_is_a_sentence(text: str, code: str) -> None:
    with pytest.raises(LabError) as problem:
        Evaluate(recipe=RECIPE, text=text)
    assert problem.value.code == code


def test_one_token_leaves_nothing_to_predict(lab: FakeLab) -> None:
    with pytest.raises(LabError) as problem:
        result(Evaluate(recipe=RECIPE, text="a"), lab)
    assert problem.value.code == "text_too_short"


def test_lines_are_pieces_and_one_line_falls_into_sentences() -> None:
    assert pieces(" a \n\n b\r\n") == ["a", "b"]
    assert pieces("One. Two? 三。四！end") == ["One.", "Two?", "三。", "四！", "end"]
    assert len(pieces("line\n" * 5000)) == 200
    assert MOST_CHARS < 10**6
