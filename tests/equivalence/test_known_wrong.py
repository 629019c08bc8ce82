"""Mistakes that everyone makes once, put in on purpose: the comparisons must see each of them.

(The mean of batch means is among the tests of quality, a wrong resampler among those of
speculative decoding.)
"""

from pathlib import Path

import pytest
import torch

from lesson_core.model import attention
from lesson_core.model.attention import fast_attention, written_attention
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.weights import load
from lesson_core.schema.config import ModelConfig
from lesson_core.theory import costs
from tests.equivalence.families import build


def differs(ours: torch.Tensor, theirs: torch.Tensor) -> bool:
    return not torch.allclose(ours, theirs, atol=1e-4, rtol=0)


@torch.inference_mode()
@pytest.mark.parametrize("shift", [-1, 1])
def test_a_mask_that_is_off_by_one(shift: int, tmp_path: Path, monkeypatch) -> None:
    theirs = build("llama-gqa", tmp_path)
    model = load(tmp_path, dtype=torch.float32, device="cpu")
    token_ids = torch.arange(3, 15)[None]
    right = attention.causal_mask

    def wrong(queries: int, keys: int, device: torch.device) -> torch.Tensor:
        mask = torch.ones(queries, keys, dtype=torch.bool, device=device)
        return mask.tril(diagonal=keys - queries + shift)

    def pieces() -> torch.Tensor:
        cache = KVCache(model.config, 1, 12, torch.float32, "cpu")
        return torch.cat([model(token_ids[:, :5], cache), model(token_ids[:, 5:], cache)], dim=1)

    expected = theirs(token_ids).logits
    assert not differs(pieces(), expected)
    monkeypatch.setattr(attention, "causal_mask", wrong)
    assert differs(pieces(), expected)
    assert attention.causal_mask is not right


@torch.inference_mode()
def test_a_written_mask_that_is_off_by_one(monkeypatch) -> None:
    torch.manual_seed(0)
    q, k, v = (torch.randn(1, 2, 6, 8) for _ in range(3))
    assert not differs(written_attention(q, k, v)[0], fast_attention(q, k, v))
    monkeypatch.setattr(
        attention, "causal_mask",
        lambda queries, keys, device: torch.ones(queries, keys, dtype=torch.bool).tril(1),
    )  # fmt: skip
    assert differs(written_attention(q, k, v)[0], fast_attention(q, k, v))


@torch.inference_mode()
def test_the_first_kv_head_for_every_query_head(tmp_path: Path, monkeypatch) -> None:
    """Groups in the wrong order: query head i reads KV head i modulo n_kv_heads."""
    theirs = build("llama-gqa", tmp_path)
    model = load(tmp_path, dtype=torch.float32, device="cpu")
    token_ids = torch.arange(3, 15)[None]
    expected = theirs(token_ids).logits
    assert not differs(model(token_ids, NoCache()), expected)
    right = attention.fast_attention

    def wrong(q, k, v, mask=None):
        group = q.shape[1] // k.shape[1]
        return right(q, k.repeat(1, group, 1, 1), v.repeat(1, group, 1, 1), mask)

    monkeypatch.setattr(attention, "fast_attention", wrong)
    assert differs(model(token_ids, NoCache()), expected)


@pytest.fixture
def grouped(tmp_path: Path) -> ModelConfig:
    build("llama-gqa", tmp_path)
    return load(tmp_path, dtype=torch.float32, device="cpu").config


def test_query_heads_in_place_of_kv_heads_do_not_fit_a_real_cache(grouped: ModelConfig) -> None:
    cache = KVCache(grouped, 1, 10, torch.bfloat16, "cpu")
    wrong = 2 * grouped.n_layers * grouped.n_heads * grouped.d_head * 2 * 10
    assert costs.kv_bytes(grouped, 10, 2) == cache.nbytes != wrong


def test_bits_in_place_of_bytes_do_not_fit_real_weights(tmp_path: Path) -> None:
    build("qwen3-tied", tmp_path)
    model = load(tmp_path, dtype=torch.bfloat16, device="cpu")
    held = sum(weight.nbytes for weight in model.parameters())
    assert costs.weight_bytes(model.config, 2) == held != costs.weight_bytes(model.config, 16)
