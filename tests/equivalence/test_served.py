"""Whatever a request shares the engine with, its answer is the one it would have got alone."""

from dataclasses import replace
from typing import Any

import pytest
import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import load
from lesson_core.schema.recipe import Recipe
from lesson_core.serve.engine import Engine, run
from lesson_core.serve.request import Plan
from lesson_core.speed.build import build
from tests.equivalence.test_compiled import compiles
from tests.serve.alone import (
    FAMILIES,
    POLICIES,
    alone,
    by_answer,
    engine,
    family,
    requests,
    same_but_for_near_ties,
    served,
)


@pytest.fixture(scope="module")
def bundled() -> Transformer:
    return load(folder_of("bilingual-4m"), dtype=torch.float32, device="cpu")


@pytest.mark.parametrize("policy", POLICIES.values(), ids=POLICIES)
@pytest.mark.parametrize("name", FAMILIES)
def test_exactly_the_same_tokens_in_fp64(name: str, policy: dict[str, Any]) -> None:
    model = family(name)
    asked = requests(model.config.vocab_size)
    assert served(model, policy, asked) == alone(model, asked)


def test_the_scenarios_are_what_they_are_called() -> None:
    """A comparison that never preempts, reuses or copies would prove nothing."""
    model = family("llama")
    asked = requests(model.config.vocab_size)
    for name in ("recompute", "swap", "prefixes", "prefixes, evicted", "small pieces"):
        made = engine(model, POLICIES[name])
        copies = watched(made)
        run(made, asked)
        assert copies, name
        if name in ("recompute", "swap"):
            assert sum(one.preemptions for one in made.served) > 3
        assert (max(step.swapped_blocks for step in made.steps) > 0) == (name == "swap")
        assert (sum(one.cached_tokens for one in made.served) > 0) == name.startswith("prefixes")


def watched(made: Engine) -> list[tuple[int, int]]:
    """The copies that its steps will make."""
    copies: list[tuple[int, int]] = []
    move = made.pool.move

    def noting(plan: Plan) -> None:
        copies.extend(plan.copies)
        move(plan)

    made.pool.move = noting  # type: ignore[method-assign]
    return copies


@pytest.mark.parametrize("policy", [POLICIES["recompute"], POLICIES["prefixes"]])
def test_the_bundled_model_in_fp64(policy: dict[str, Any], bundled: Transformer) -> None:
    model = load(folder_of("bilingual-4m"), dtype=torch.float64, device="cpu")
    asked = requests(model.config.vocab_size, count=8)
    assert served(model, policy, asked) == alone(model, asked)


@compiles
@pytest.mark.parametrize("policy", [
    {"block_size": 16, "blocks": 40},
    {"block_size": 16, "blocks": 7, "token_budget": 24},
    {"block_size": 16, "blocks": 7, "preemption": "swap"},
    {"block_size": 16, "blocks": 12, "prefix_cache": True},
    {"block_size": 32, "blocks": 20, "chunked": False},
])  # fmt: skip
def test_the_compiled_step_up_to_near_ties(policy: dict[str, Any], bundled: Transformer) -> None:
    fast = build(bundled, Recipe(model="bilingual-4m", device="cpu", compile="fused"))
    asked = [
        replace(request, sampling=None)
        for request in requests(bundled.config.vocab_size, count=10, longest=40)
    ]
    made = engine(fast, policy)
    assert made.compiled
    assert same_but_for_near_ties(bundled, asked, by_answer(run(made, asked)))
