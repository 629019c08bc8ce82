"""The compiled step over blocks gives the logits of the plain one that gathers them."""

from typing import Any

import pytest
import torch

from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.serve.paged import Gathered, KVPool
from lesson_core.speed import fused, paged
from lesson_core.speed.build import build, rounded
from lesson_core.speed.paged import Rows
from tests.equivalence.test_compiled import SHAPES, SIZES, compiles
from tests.model.tiny import tiny_model

MORE_SHAPES = {**SHAPES, "eight-heads": {"num_attention_heads": 8, "num_key_value_heads": 1}}
LONGER = {"max_position_embeddings": 128}
BATCHES = [  # of sequences a, b, c: prompts whole and in pieces, decodes, both, more than 16 rows
    [("a", 21, True)],
    [("a", 1, True), ("b", 40, False)],
    [("b", 3, True), ("a", 1, True), ("c", 18, True)],
    [("c", 1, True)],
    [("a", 1, True), ("b", 1, True), ("c", 1, True)],
    [("a", 1, False)],
    [("c", 70, True), ("a", 1, True)],
]
BLOCK = 16


def _model(shape: str) -> Transformer:
    model = tiny_model(**SIZES | LONGER | MORE_SHAPES[shape])
    for name, parameter in model.named_parameters():
        plain = name.endswith(("bias", "norm.weight"))
        parameter.normal_(mean=1.0 if plain else 0.0, std=0.3 if plain else 0.1)
    return model


def _pool(model: Transformer, dtype: torch.dtype) -> KVPool:
    return KVPool(model.config, 24, BLOCK, torch.empty(0, dtype=dtype))


def _compare(model: Transformer, fast: Transformer, twin: Transformer, **close: Any) -> None:
    step = fused.FusedStep(fast)
    tables = dict(zip("abc", torch.randperm(24).view(3, 8).tolist(), strict=True))
    for tiles in [True, False] if paged.has_tiles() else [False]:
        compiled = paged.PagedStep(step, tiles=tiles)
        pool, plain = _pool(model, compiled.dtype), _pool(model, twin.embedding.weight.dtype)
        gathered, seen = Gathered(twin, plain), dict.fromkeys("abc", 0)
        for batch in BATCHES:
            rows = []
            for name, count, wanted in batch:
                tokens = torch.randint(model.config.vocab_size, (count,)).tolist()
                used = -(-(seen[name] + count) // BLOCK)
                rows.append(Rows(tokens, seen[name], tables[name][:used], wanted))
                seen[name] += count
            found, expected = compiled(rows, pool.room), gathered(rows)
            torch.testing.assert_close(found, expected.to(found.dtype), **close)


@compiles
@pytest.mark.parametrize("shape", MORE_SHAPES)
def test_the_same_logits_in_fp32(shape: str) -> None:
    model = _model(shape)
    _compare(model, model, model, atol=2e-4, rtol=1e-4)


@compiles
@pytest.mark.parametrize("precision", ["int8", "int4", "int8-dynamic"])
def test_the_rounded_weights_nearly_the_same_logits(precision: str) -> None:
    """Keys, values and, with tiles, activations are kept in bf16: eight bits of each number."""
    model = _model("gqa")
    fast = build(model, Recipe(model="tiny", device="cpu", precision=precision))
    close = {"atol": 0.15, "rtol": 0.05}
    _compare(model, fast, rounded(model, precision.removesuffix("-dynamic")), **close)


@compiles
def test_nothing_to_do_brings_nothing() -> None:
    model = _model("gqa")
    step = paged.PagedStep(fused.FusedStep(model))
    assert step([], _pool(model, step.dtype).room).shape == (0, model.config.vocab_size)
