"""The packed KV cache: near the plain one, exact in bytes, and it forgets and refuses alike."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import KVCache, new_cache
from lesson_core.model.cache_int8 import LARGEST, Int8KVCache, quantize
from lesson_core.theory import costs, formats
from tests.model.tiny import tiny_model

TOKENS = torch.tensor([[5, 6, 7, 8, 9, 10], [3, 1, 4, 1, 5, 9]])


def test_no_value_is_off_by_more_than_half_a_step() -> None:
    x = torch.randn(3, 4, 5, 16, generator=torch.Generator().manual_seed(1))
    x[0, 0, 0] = 0.0  # an empty vector must not divide by zero
    codes, scale = quantize(x)
    assert codes.dtype == torch.int8
    assert codes.abs().amax(dim=-1)[x.abs().amax(dim=-1) > 0].eq(LARGEST).all()
    assert ((codes * scale - x).abs() <= scale / 2 * 1.0001).all()


def test_each_token_and_head_has_its_own_scale() -> None:
    """One loud head must not take the digits of a quiet one, as a scale for all would."""
    x = torch.randn(1, 2, 3, 16, generator=torch.Generator().manual_seed(2))
    x[:, 1] *= 1000
    codes, scale = quantize(x)
    error = (codes * scale - x)[:, 0].abs().max()
    shared = x.abs().max() / LARGEST
    assert error < 0.02
    assert ((x / shared).round() * shared - x)[:, 0].abs().max() > 10 * error


def test_logits_stay_near_those_of_the_plain_cache() -> None:
    model = tiny_model()
    plain = KVCache(model.config, 2, 10, torch.float32, "cpu")
    packed = new_cache("preallocated", model.config, 2, 10, torch.float32, "cpu", "int8")
    for token_ids in (TOKENS[:, :4], TOKENS[:, 4:5], TOKENS[:, 5:]):
        run = prefill if token_ids.shape[1] > 1 else decode_one_token
        theirs, ours = run(model, token_ids, plain), run(model, token_ids, packed)
        assert packed.length == plain.length
        assert not torch.equal(theirs, ours)  # it does pack
        torch.testing.assert_close(ours, theirs, atol=0.02 * float(theirs.abs().max()), rtol=0)


def test_bytes_are_exact_scales_included() -> None:
    config = tiny_model().config
    cache = Int8KVCache(config, 3, 20, torch.float32, "cpu")
    vectors = config.n_layers * 3 * 2 * config.n_kv_heads * 20
    assert cache.nbytes == vectors * (config.d_head + 4)
    scheme = formats.of_recipe("fp32", 4, "int8")
    assert cache.nbytes == 3 * 20 * 2 * config.n_layers * config.n_kv_heads * scheme.kv.bytes(
        config.d_head
    )
    assert cache.nbytes < costs.kv_bytes(config, 20, 4, batch=3)


def test_trim_forgets_the_last_tokens() -> None:
    model = tiny_model()
    cache = Int8KVCache(model.config, 2, 10, torch.float32, "cpu")
    first = model(TOKENS, cache)
    cache.trim(2)
    torch.testing.assert_close(model(TOKENS[:, 4:], cache), first[:, 4:])


def test_where_there_is_no_room_it_says_so() -> None:
    model = tiny_model()
    with pytest.raises(LabError, match="cache_full"):
        model(TOKENS, Int8KVCache(model.config, 2, 5, torch.float32, "cpu"))
    with pytest.raises(LabError, match="kv_int8_needs_room"):
        new_cache("concat", model.config, 1, 5, torch.float32, "cpu", "int8")
