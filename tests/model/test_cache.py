"""Three caches, one behaviour: lengths, bytes, forgetting, and where the room ends."""

from typing import Any

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.model.cache import KVCache, new_cache
from tests.model.tiny import tiny_model

KINDS = ["none", "concat", "preallocated"]
TOKENS = torch.tensor([[5, 6, 7, 8, 9, 10]])


@pytest.mark.parametrize("kind", KINDS)
def test_trim_forgets_the_last_tokens(kind: Any) -> None:
    model = tiny_model()
    cache = new_cache(kind, model.config, 1, 10, torch.float32, "cpu")
    model(TOKENS, cache)
    cache.trim(2)
    assert cache.length == 4
    again = model(TOKENS[:, 4:], cache)
    fresh = model(TOKENS, new_cache("none", model.config, 1, 10, torch.float32, "cpu"))
    torch.testing.assert_close(again, fresh[:, 4:])


@pytest.mark.parametrize(("kind", "positions"), [("none", 0), ("concat", 6), ("preallocated", 10)])
def test_bytes_are_counted(kind: Any, positions: int) -> None:
    model = tiny_model()
    cache = new_cache(kind, model.config, 1, 10, torch.float32, "cpu")
    model(TOKENS, cache)
    assert cache.nbytes == positions * 2 * 2 * 2 * 4 * 4  # K and V, layers, KV heads, d_head, fp32


def test_a_full_cache_says_so() -> None:
    model = tiny_model()
    cache = KVCache(model.config, 1, 5, torch.float32, "cpu")
    with pytest.raises(LabError, match="cache_full") as raised:
        model(TOKENS, cache)
    assert raised.value.values == {"tokens": 6, "limit": 5}
