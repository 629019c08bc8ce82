"""Experts and caches as the page sees them: run, counted, beside the formula."""

import json

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import architectures
from lesson_core.schema.architectures import BATCHES, Architectures
from tests.experiments.fake_lab import FakeLab


@pytest.fixture
def result(tmp_path) -> dict:
    events = list(architectures.run(Architectures(), FakeLab(tmp_path)))
    assert events[-1].stage == "result"
    return json.loads(json.dumps(events[-1].detail))


def test_experts_fill_up_with_the_batch_about_as_the_formula_says(result) -> None:
    rows = result["visited"]
    assert [row["batch"] for row in rows] == list(BATCHES)
    assert set(rows[0]["counts"]) == {8}  # one token visits k, always
    means = [sum(row["counts"]) / len(row["counts"]) for row in rows]
    assert means == sorted(means)
    for mean, row in zip(means, rows, strict=True):
        assert mean == pytest.approx(row["expected"], rel=0.1)
        assert mean == pytest.approx(row["uneven"], rel=0.05)  # the routers' favourites known
        assert row["uneven"] <= row["expected"] + 1e-9
        assert row["bytes"] == pytest.approx(mean * result["expert_bytes"])


def test_every_cache_is_as_large_as_its_formula(result) -> None:
    assert [row["kind"] for row in result["kept"]] == ["mha", "gqa", "mqa", "mla"]
    for row in result["kept"]:
        assert row["bytes"] == row["expected"]
    assert result["same"] < 1e-5


def test_other_routings_and_threads_left_as_they_were(tmp_path) -> None:
    before = torch.get_num_threads()
    spec = Architectures(experts=8, per_token=2, layers=3)
    rows = list(architectures.run(spec, FakeLab(tmp_path)))[-1].detail["visited"]
    assert set(rows[-1]["counts"]) == {8}  # 256 tokens leave none out
    assert torch.get_num_threads() == before


def test_a_cancelled_run_ends(tmp_path) -> None:
    events = list(architectures.run(Architectures(), FakeLab(tmp_path, stop_after=2)))
    assert events[-1].stage != "result"


@pytest.mark.parametrize("bad", [{"experts": 1}, {"per_token": 257}, {"layers": 0}])
def test_a_layer_that_cannot_be_is_refused(bad) -> None:
    with pytest.raises(LabError):
        Architectures(**bad)
