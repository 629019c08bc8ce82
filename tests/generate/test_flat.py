"""The flat decode step and the model it was written out from give the same logits."""

from typing import Any

import pytest
import torch
from torch import nn

from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import ConcatCache, KVCache
from lesson_core.model.transformer import Transformer
from tests.model.tiny import tiny_model

PROMPT = torch.tensor([[5, 6, 7], [8, 9, 10]])
NEXT = torch.tensor([[[11], [12]], [[13], [14]], [[15], [16]]])
SHAPES: dict[str, dict[str, Any]] = {
    "gqa": {},
    "mha": {"num_key_value_heads": 6},
    "mqa-untied": {"num_key_value_heads": 1, "tie_word_embeddings": False},
    "qwen2": {"model_type": "qwen2"},
    "head-dim": {"head_dim": 8},
}


def _cache(model: Transformer) -> KVCache:
    return KVCache(model.config, 2, 12, torch.float32, "cpu")


@torch.inference_mode()
@pytest.mark.parametrize("shape", SHAPES)
def test_flat_equals_plain(shape: str) -> None:
    model = tiny_model(**SHAPES[shape])
    for name, parameter in model.named_parameters():
        if name.endswith(("bias", "norm.weight")):
            parameter.normal_(mean=1.0, std=0.3)
    cache, slow = _cache(model), ConcatCache()
    prefill(model, PROMPT, cache)
    prefill(model, PROMPT, slow)
    bound = flat.bind(model, cache)
    assert bound is not None
    for token_id in NEXT:
        expected = model.last_logits(token_id, slow)
        torch.testing.assert_close(flat.step(bound, token_id, cache), expected)
    assert cache.length == slow.length == 6


@pytest.mark.parametrize("change", [{"attention_bias": True}, {"model_type": "qwen3"}])
def test_what_it_does_not_cover_runs_as_it_is(change: dict[str, Any]) -> None:
    model = tiny_model(**change)
    cache, slow = _cache(model), ConcatCache()
    prefill(model, PROMPT, cache)
    prefill(model, PROMPT, slow)
    assert flat.bind(model, cache) is None
    for token_id in NEXT:
        fast = decode_one_token(model, token_id, cache)
        torch.testing.assert_close(fast, decode_one_token(model, token_id, slow))


def test_a_replaced_layer_is_never_bypassed() -> None:
    class Doubled(nn.Linear):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(x)

    model = tiny_model()
    block: Any = model.layers[1]
    doubled = Doubled(block.mlp.down.in_features, block.mlp.down.out_features, bias=False)
    block.mlp.down = doubled
    assert flat.bind(model, _cache(model)) is None
