"""Experts and latents run as they are counted, and each fast path is its slow twin."""

import pytest
import torch

from lesson_core.model.mla import LatentAttention
from lesson_core.model.moe import MixtureOfExperts
from lesson_core.theory.architectures import Experts, Latent
from lesson_core.theory.experts import distinct

EXPERTS = Experts(count=16, per_token=2, d_expert=24)
LATENT = Latent(kv_rank=16, q_rank=24, rope_dim=8, d_value=12)


def moe() -> MixtureOfExperts:
    torch.manual_seed(0)
    return MixtureOfExperts(32, EXPERTS).double().requires_grad_(False)


def mla() -> LatentAttention:
    torch.manual_seed(0)
    made = LatentAttention(32, 4, 12, LATENT, room=64).double().requires_grad_(False)
    made.rotary.to(dtype=torch.float64)
    return made


@pytest.mark.parametrize("tokens", [1, 3, 40])
def test_visited_experts_alone_give_what_all_of_them_give(tokens: int) -> None:
    layer, x = moe(), torch.randn(tokens, 32, dtype=torch.float64)
    torch.testing.assert_close(layer(x), layer.every_expert(x), rtol=1e-12, atol=1e-12)


def test_a_token_visits_k_and_no_weight_of_another_matters() -> None:
    layer, x = moe(), torch.randn(1, 32, dtype=torch.float64)
    before = layer(x)
    assert len(layer.visited) == EXPERTS.per_token
    for index in set(range(EXPERTS.count)) - set(layer.visited):
        layer.gate_up[index] = torch.nan
    torch.testing.assert_close(layer(x), before)


def test_bytes_are_counted_as_they_lie() -> None:
    layer = moe()
    whole = layer.gate_up.nbytes + layer.down.nbytes
    assert layer.expert_bytes * EXPERTS.count == whole
    assert layer.expert_bytes == 3 * 32 * 24 * 8


def test_even_routing_fills_up_as_the_formula_says() -> None:
    generator = torch.Generator().manual_seed(1)
    for tokens in (1, 4, 16, 64):
        seen = []
        for _ in range(400):
            scores = torch.rand(tokens, EXPERTS.count, generator=generator)
            seen.append(scores.topk(EXPERTS.per_token).indices.unique().numel())
        mean = sum(seen) / len(seen)
        assert mean == pytest.approx(distinct(EXPERTS.count, EXPERTS.per_token, tokens), rel=0.02)


def test_absorbing_changes_nothing_but_what_is_read() -> None:
    x = torch.randn(9, 32, dtype=torch.float64)
    whole, steps, plain = mla(), mla(), mla()
    expected = plain(x, absorb=False)
    torch.testing.assert_close(whole(x), expected, rtol=1e-10, atol=1e-12)
    told = torch.cat([steps(row[None]) for row in x])  # token by token, from the cache
    torch.testing.assert_close(told, expected, rtol=1e-10, atol=1e-12)


def test_what_is_kept_per_token_is_the_latent_and_one_key() -> None:
    layer = mla()
    layer(torch.randn(7, 32, dtype=torch.float64))
    assert layer.kept.nbytes == 7 * (LATENT.kv_rank + LATENT.rope_dim) * 8


def test_without_the_shared_key_positions_would_be_lost() -> None:
    """The known mistake: rotating nothing makes attention blind to order."""
    layer, x = mla(), torch.randn(6, 32, dtype=torch.float64)
    right = layer(x)
    blind = mla()
    blind.rotary.cos.fill_(1.0)
    blind.rotary.sin.fill_(0.0)
    assert float((blind(x) - right).abs().max()) > 1e-6
