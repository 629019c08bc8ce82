"""Both sides say the same, the counts are those of the rounds, and the law is told from a wrong
one while it is drawn."""

import json
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import speculative, speculative_law, speculative_setup
from lesson_core.generate.speculative_subset import Subset
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import Speculation, SpeculationLaw
from lesson_core.theory.speculative import acceptance_rate, expected_tokens
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab

LOOKUP = replace(RECIPE, drafting="lookup", draft_tokens=4)
DRAFTERS: dict[str, Recipe] = {
    "lookup": LOOKUP,
    "skip": replace(LOOKUP, drafting="skip", skip_layers=1),
    "model": replace(LOOKUP, drafting="model", draft_model="tiny"),
}


@pytest.fixture
def narrow(monkeypatch) -> None:
    """A draft that knows half of the words: those with an even number."""
    some = torch.tensor([0, *range(2, 258, 2)])
    config = replace(CONFIG, vocab_size=len(some))
    torch.manual_seed(1)
    model = Transformer(config).requires_grad_(False).eval()
    entry = SimpleNamespace(id="half", kind="draft")
    registry = SimpleNamespace(load=lambda: SimpleNamespace(all=lambda: [entry]))
    monkeypatch.setattr(speculative_setup, "Registry", registry)
    made = (model, Subset(some, CONFIG.vocab_size))
    monkeypatch.setattr(speculative_setup.Setup, "_narrow", lambda setup: made)


@pytest.mark.usefixtures("narrow")
def test_a_draft_of_half_the_words_changes_no_answer(lab: FakeLab) -> None:
    recipe = replace(LOOKUP, drafting="model", draft_model="half")
    events = _events(lab, recipe)
    result = events[-1].detail
    assert result["same"]
    assert result["tokens_out"] == sum(event.stage == "sample" for event in events)


def _events(lab: FakeLab, recipe: Recipe = LOOKUP) -> list[Event]:
    spec = Speculation(recipe=recipe, prompt="abc abc abc", new_tokens=24)
    return list(speculative.run(spec, lab))


@pytest.mark.parametrize("name", DRAFTERS)
def test_both_sides_say_the_same(lab: FakeLab, name: str) -> None:
    events = _events(lab, DRAFTERS[name])
    for event in events:
        json.dumps(to_plain(event))
    result = events[-1].detail
    assert result["same"] and result["split"] is None
    assert result["tokens_out"] == sum(event.stage == "sample" for event in events)
    if name == "model":
        assert result["alpha"] == 1.0  # it drafts for itself


def test_the_result_counts_what_the_rounds_told(lab: FakeLab) -> None:
    events = _events(lab, DRAFTERS["skip"])
    passes = [event for event in events if event.stage == "decode"]
    pairs = [(len(event.detail["proposed"]), event.detail["accepted"]) for event in passes]
    drafted = [accepted for proposed, accepted in pairs if proposed]
    result = events[-1].detail
    assert result["alpha"] == acceptance_rate(pairs)
    assert (result["rounds"], result["drafted"]) == (len(passes), len(drafted))
    assert result["tokens_per_draft"] == pytest.approx(1 + sum(drafted) / len(drafted))
    assert result["expected_tokens"] == pytest.approx(expected_tokens(result["alpha"], 4))
    assert sum(result["parts_s"].values()) > 0


def test_every_gamma_is_tried_and_predicted(lab: FakeLab) -> None:
    events = _events(lab, DRAFTERS["skip"])
    told = [e.detail for e in events if e.stage == "data" and e.detail["what"] == "sweep"]
    assert [row["gamma"] for row in told] == list(speculative.GAMMAS)
    assert all(row["speedup"] > 0 and row["predicted"] > 0 for row in told)
    widths = [e.detail["width"] for e in events if e.detail.get("what") == "cost"]
    assert widths == sorted({1, 5, *(gamma + 1 for gamma in speculative.GAMMAS)})


def test_a_cancel_ends_it_without_a_result(lab: FakeLab) -> None:
    lab.stop_after = 1
    assert "result" not in [event.stage for event in _events(lab)]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"drafting": "none"}, "draft_none"), ({"draft_tokens": 0}, "out_of_range"),
     ({"draft_tokens": 16}, "out_of_range"),
     ({"drafting": "skip", "skip_layers": 3}, "draft_skip_out_of_range"),
     ({"drafting": "skip", "skip_layers": 1, "cache": "concat"}, "draft_needs_room")],
)  # fmt: skip
def test_a_draft_that_cannot_be_gets_a_sentence(lab: FakeLab, change, code: str) -> None:
    with pytest.raises(LabError) as problem:
        _events(lab, replace(LOOKUP, **change))
    assert problem.value.code == code


def test_the_law_is_drawn_by_both_rules(lab: FakeLab) -> None:
    events = list(speculative_law.run(SpeculationLaw(draws=250), lab))
    looks = [event.detail for event in events if event.stage == "data"]
    assert [(look["rule"], look["draws"]) for look in looks] == [
        (rule, draws) for rule in ("right", "wrong") for draws in (100, 200, 250)
    ]
    result = events[-1].detail
    assert result["right"]["draws"] == result["wrong"]["draws"] == 250
    assert result["right"]["p_value"] is None  # this model is so sure that nothing is left to test
    json.dumps(to_plain(events[-1]))
