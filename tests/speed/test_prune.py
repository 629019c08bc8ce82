"""Masks: exactly the share asked for, the smallest, the right pattern, and nothing else touched."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.speed import prune, prune_kernels
from tests.model.tiny import tiny_model

TOKENS = torch.tensor([[5, 6, 7, 8, 9, 10]])


@pytest.mark.parametrize("sparsity", [0.0, 0.1, 0.5, 0.9])
def test_exactly_the_smallest_weights_go(sparsity: float) -> None:
    model = tiny_model()
    pruned = prune.unstructured(model, sparsity)
    for (_, before), (_, after) in zip(prune.matrices(model), prune.matrices(pruned), strict=True):
        gone = after == 0
        assert int(gone.sum()) == round(sparsity * before.numel())
        assert torch.equal(before[~gone], after[~gone])
        if gone.any():
            assert before[gone].abs().max() <= before[~gone].abs().min()
    assert prune.zeros(pruned) == pytest.approx(sparsity, abs=0.01)


def test_equal_weights_do_not_take_more_than_their_share() -> None:
    kept = prune.smallest_dropped(torch.ones(4, 5), 0.5)
    assert int(kept.sum()) == 10
    grid = torch.tensor([[1.0, -1.0, 2.0, 1.0, 0.0, 2.0]])
    assert prune.smallest_dropped(grid, 0.5).tolist() == [[False, False, True, True, False, True]]


def test_two_of_every_four_neighbours_stay_and_they_are_the_largest() -> None:
    model = tiny_model()
    pruned = prune.semi_structured(model)
    for (_, before), (_, after) in zip(prune.matrices(model), prune.matrices(pruned), strict=True):
        old, new = before.reshape(-1, 4).abs(), after.reshape(-1, 4).abs()
        assert ((new != 0).sum(dim=1) == 2).all()
        assert torch.equal(new.sum(dim=1), old.sort(dim=1).values[:, 2:].sum(dim=1))
    assert prune.zeros(pruned) == 0.5


def test_a_mask_over_columns_is_not_the_pattern() -> None:
    """Known wrong: fours taken down a column; a sparse kernel could not read it."""
    weight = torch.randn(8, 12, generator=torch.Generator().manual_seed(1))
    wrong = prune.two_of_four(weight.t()).t()
    assert not (wrong.reshape(-1, 4).sum(dim=1) == 2).all()


def test_a_width_that_is_no_multiple_of_four_is_refused() -> None:
    with pytest.raises(LabError, match="prune_not_in_fours"):
        prune.two_of_four(torch.ones(2, 6))


@pytest.mark.parametrize("sparsity", [-0.1, 1.0, float("nan")])
def test_an_absurd_share_is_refused(sparsity: float) -> None:
    with pytest.raises(LabError, match="out_of_range"):
        prune.unstructured(tiny_model(), sparsity)


def test_the_original_keeps_its_weights_and_shares_the_rest() -> None:
    model = tiny_model()
    before = {name: weight.clone() for name, weight in model.named_parameters()}
    pruned = prune.unstructured(model, 0.5)
    assert all(torch.equal(weight, before[name]) for name, weight in model.named_parameters())
    assert pruned.embedding.weight.data_ptr() == model.embedding.weight.data_ptr()
    assert pruned.head.weight is pruned.embedding.weight
    assert sum(p.numel() for p in pruned.parameters()) == sum(p.numel() for p in model.parameters())


def test_a_masked_model_runs_like_any_other() -> None:
    pruned = prune.semi_structured(tiny_model())
    cache = KVCache(pruned.config, 1, 10, torch.float32, "cpu")
    prefill(pruned, TOKENS[:, :5], cache)
    step = decode_one_token(pruned, TOKENS[:, 5:], cache)
    torch.testing.assert_close(step, pruned(TOKENS, NoCache())[:, -1])


def test_a_cpu_has_no_kernel_for_two_of_four() -> None:
    pruned = prune.semi_structured(tiny_model())
    assert not prune_kernels.has_kernel(pruned)
    with pytest.raises(LabError, match="prune_no_kernel"):
        prune_kernels.compressed(pruned)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_the_sparse_kernel_equals_the_masked_model() -> None:
    wide = {"hidden_size": 256, "intermediate_size": 512, "num_attention_heads": 4}
    model = prune.semi_structured(tiny_model(**wide).cuda().half())
    if not prune_kernels.has_kernel(model):
        pytest.skip("this GPU has no sparse tensor cores")
    expected = model(TOKENS.cuda(), NoCache())
    found = prune_kernels.compressed(model)(TOKENS.cuda(), NoCache())
    torch.testing.assert_close(found, expected, atol=2e-2, rtol=2e-2)
