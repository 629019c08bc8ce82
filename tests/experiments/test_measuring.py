"""One prompt timed rightly and wrongly: the counts, the order, and what is compared."""

import json

import pytest

from lesson_core.errors import LabError
from lesson_core.experiments import measuring
from lesson_core.schema.measuring import Measuring
from lesson_core.schema.plain import to_plain
from lesson_core.theory import wrong_ways
from tests.experiments.fake_lab import RECIPE, FakeLab, card

SPEC = Measuring(recipe=RECIPE, prompt="Hi 你", new_tokens=5, repeats=5, card=card())


def test_every_way_is_compared_on_the_same_runs(lab: FakeLab) -> None:
    events = list(measuring.run(SPEC, lab))
    for event in events:
        json.dumps(to_plain(event))
    result = events[-1].detail
    assert len(result["runs"]) == SPEC.repeats
    assert [row["way"] for row in result["ways"]] == list(wrong_ways.WAYS)
    by_n = next(row for row in result["ways"] if row["way"] == "by_n")
    assert by_n["off"] == pytest.approx(-1 / result["tokens_out"], abs=0.05)
    assert not result["asynchronous"]


def test_the_cold_copy_leaves_the_model_alone(lab: FakeLab) -> None:
    model = lab.model(RECIPE).model
    before = model.embedding.weight.data_ptr()
    list(measuring.run(SPEC, lab))
    assert lab.model(RECIPE).model.embedding.weight.data_ptr() == before


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 2
    assert "result" not in [event.stage for event in measuring.run(SPEC, lab)]


def test_too_few_repeats_are_refused() -> None:
    with pytest.raises(LabError, match="out_of_range"):
        Measuring(recipe=RECIPE, prompt="Hi", repeats=2)
