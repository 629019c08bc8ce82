"""The written-out attention and the fast one are the same function."""

import pytest
import torch

from lesson_core.model.attention import causal_mask, fast_attention, written_attention


@pytest.mark.parametrize("n_kv_heads", [1, 2, 6])
@pytest.mark.parametrize(("queries", "keys"), [(1, 1), (1, 9), (5, 5), (3, 9)])
def test_fast_equals_written(n_kv_heads: int, queries: int, keys: int) -> None:
    random = torch.Generator().manual_seed(1)
    q = torch.randn(2, 6, queries, 8, generator=random)
    k, v = (torch.randn(2, n_kv_heads, keys, 8, generator=random) for _ in range(2))
    written, weights = written_attention(q, k, v)
    torch.testing.assert_close(fast_attention(q, k, v), written)
    torch.testing.assert_close(weights.sum(dim=-1), torch.ones(2, 6, queries))


def test_nobody_looks_ahead() -> None:
    q, k, v = torch.randn(3, 1, 2, 4, 8).unbind()
    weights = written_attention(q, k, v)[1]
    assert torch.equal(weights.triu(diagonal=1), torch.zeros_like(weights))


def test_the_last_query_stands_at_the_last_key() -> None:
    assert causal_mask(2, 4, torch.device("cpu")).tolist() == [
        [True, True, True, False],
        [True, True, True, True],
    ]
