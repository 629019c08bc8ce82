"""Every way of a decode step gives the same logits; fewer operations, fewer bytes between them."""

import json
from dataclasses import replace
from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import fusion, fusion_ways
from lesson_core.learn.figures import fusion as fusion_figures
from lesson_core.measure import operations
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import Fusion
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card

SPEC = Fusion(recipe=RECIPE, context=16, repeats=3, card=card())


@pytest.fixture
def events(lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    monkeypatch.setattr(fusion, "ways_of", lambda device: ("written", "sdpa", "flat", "fused"))
    monkeypatch.setattr(fusion_ways, "build", _build)
    return list(fusion.run(SPEC, lab))


_real = fusion_ways.build


def _build(model: Any, recipe: Any) -> Any:
    if recipe.compile == "fused":
        raise LabError("compiler_missing", reason="none here")
    return _real(model, recipe)


def _ways(events: list[Event]) -> dict[str, dict[str, Any]]:
    found = [event.detail for event in events if event.detail.get("what") == "way"]
    return {row["name"]: row for row in found}


def test_all_ways_say_the_same_in_fewer_operations(events: list[Event]) -> None:
    ways = _ways(events)
    counts = [ways[name]["operations"] for name in ("written", "sdpa", "flat")]
    assert counts == sorted(counts, reverse=True) and counts[-1] > 0
    assert ways["written"]["between_bytes"] > ways["sdpa"]["between_bytes"] > 0
    for name in ("written", "sdpa", "flat"):
        assert ways[name]["same"] and ways[name]["delta"] < 1e-4
    json.dumps(to_plain(events[-1]))


def test_the_lesson_counts_operations_as_they_are(events: list[Event]) -> None:
    per_layer = fusion_figures.LAYER_OPERATIONS * CONFIG.n_layers
    assert _ways(events)["sdpa"]["operations"] == per_layer + fusion_figures.OTHER_OPERATIONS


def test_what_this_machine_cannot_run_is_a_row_with_a_reason(events: list[Event]) -> None:
    ways, result = _ways(events), events[-1].detail
    assert ways["fused"]["problem"]["code"] == "compiler_missing"
    assert set(result["samples"]) == {"written", "sdpa", "flat"}
    assert (result["ratio"]["slowest"], result["ratio"]["fastest"]) == ("written", "flat")
    assert len(result["ratio"]["samples"]) == SPEC.repeats
    assert result["ratio"]["predicted"] > 1


def test_the_prediction_is_the_bound_and_the_starts(events: list[Event]) -> None:
    plan = events[-1].detail["plan"]
    for name, row in _ways(events).items():
        if name != "fused":
            starts = row["operations"] * plan["dispatch_s"]
            assert row["predicted_s"] == pytest.approx(plan["bound_s"] + starts)


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 0
    assert "result" not in [event.stage for event in fusion.run(SPEC, lab)]


def test_a_context_of_nothing_is_refused() -> None:
    with pytest.raises(LabError, match="out_of_range"):
        replace(SPEC, context=1)


def test_operations_are_counted_without_views_and_bytes_without_what_is_apart() -> None:
    weight, x = torch.ones(4, 8), torch.ones(3, 8)
    with operations.Operations([weight]) as seen:
        y = x @ weight.t()  # one view, one product
        y.add_(1.0)
    assert seen.count == 2
    assert seen.nbytes == 4 * (3 * 8 + 3 * 4) + 4 * 2 * 3 * 4


def test_a_profile_names_where_the_time_went() -> None:
    a = torch.ones(64, 64)
    found = operations.profile(lambda: torch.softmax(a @ a, dim=-1) + 1)
    assert found.calls >= 3
    assert {"matrices", "attention", "small", "between"} <= set(found.by_kind)
    assert sum(found.by_kind.values()) == pytest.approx(found.total_s, rel=0.01)
