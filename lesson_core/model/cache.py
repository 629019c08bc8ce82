"""What a model remembers between forward passes: three twins, from obvious to fast.

A causal mask means that the keys and values of earlier tokens never change. `NoCache` ignores
that and runs every token again, `ConcatCache` keeps them in tensors that grow by copying,
`KVCache` writes them into room set aside once. All three give the same logits.
"""

from typing import Protocol

import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.cache_int8 import Int8KVCache
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import CacheKind, KvPrecision


class Cache(Protocol):
    """One forward pass is `begin`, then `append` once per layer, then `advance`."""

    length: int
    """Tokens seen so far."""

    mask: Tensor | None
    """Which of the returned positions may be read; None: all of them, in causal order."""

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        """The tokens the model has to run, [B, T], and the position of the first of them."""

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        """Take the new keys and values [B, n_kv_heads, T, d_head]; return old and new together."""

    def advance(self, tokens: int) -> None:
        """The pass is over; `tokens` more positions are known."""

    def trim(self, tokens: int) -> None:
        """Forget the last `tokens` positions."""

    @property
    def nbytes(self) -> int:
        """Bytes set aside for keys and values."""


class NoCache:
    """Remembers the tokens only, so each pass runs all of them again."""

    def __init__(self) -> None:
        self.length = 0
        self.mask: Tensor | None = None
        self._token_ids: Tensor | None = None  # [B, length]

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        if self._token_ids is not None:
            token_ids = torch.cat([self._token_ids, token_ids], dim=1)
        self._token_ids = token_ids
        return token_ids, 0

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        return keys, values

    def advance(self, tokens: int) -> None:
        self.length = tokens  # every pass runs the whole sequence

    def trim(self, tokens: int) -> None:
        self.length -= tokens
        if self._token_ids is not None:
            self._token_ids = self._token_ids[:, : self.length]

    @property
    def nbytes(self) -> int:
        return 0


class ConcatCache:
    """Keeps keys and values, and copies all of them to a longer tensor at every step."""

    def __init__(self) -> None:
        self.length = 0
        self.mask: Tensor | None = None
        self._layers: dict[int, tuple[Tensor, Tensor]] = {}  # each [B, n_kv_heads, length, d_head]

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        return token_ids, self.length

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        if layer in self._layers:
            old_keys, old_values = self._layers[layer]
            keys = torch.cat([old_keys, keys], dim=2)
            values = torch.cat([old_values, values], dim=2)
        self._layers[layer] = keys, values
        return keys, values

    def advance(self, tokens: int) -> None:
        self.length += tokens

    def trim(self, tokens: int) -> None:
        self.length -= tokens
        for layer, (keys, values) in self._layers.items():
            self._layers[layer] = keys[:, :, : self.length], values[:, :, : self.length]

    @property
    def nbytes(self) -> int:
        return sum(keys.nbytes + values.nbytes for keys, values in self._layers.values())


class KVCache:
    """Room for `max_len` positions, set aside once; a step writes its own row and nothing else."""

    def __init__(
        self, config: ModelConfig, batch: int, max_len: int, dtype: torch.dtype, device: str
    ) -> None:
        shape = (config.n_layers, batch, 2 * config.n_kv_heads, max_len, config.d_head)
        self.length = 0
        self.max_len = max_len
        self.n_layers = config.n_layers
        self.mask: Tensor | None = None
        self.bound: object = None  # what a fast decode step looked up for this answer
        self.room = torch.empty(shape, dtype=dtype, device=device)  # keys first, then values
        self._layers = [layer.chunk(2, dim=1) for layer in self.room.unbind()]

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        if self.length + token_ids.shape[1] > self.max_len:
            raise LabError(
                "cache_full", tokens=self.length + token_ids.shape[1], limit=self.max_len
            )
        return token_ids, self.length

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        all_keys, all_values = self.rows(layer)
        start, new = self.length, keys.shape[2]
        all_keys.narrow(2, start, new).copy_(keys)
        all_values.narrow(2, start, new).copy_(values)
        return all_keys.narrow(2, 0, start + new), all_values.narrow(2, 0, start + new)

    def rows(self, layer: int) -> tuple[Tensor, Tensor]:
        """All the room of a layer, filled or not: twice [B, n_kv_heads, max_len, d_head]."""
        keys, values = self._layers[layer]
        return keys, values

    def advance(self, tokens: int) -> None:
        self.length += tokens

    def trim(self, tokens: int) -> None:
        self.length -= tokens

    @property
    def nbytes(self) -> int:
        return self.room.nbytes


def new_cache(
    kind: CacheKind,
    config: ModelConfig,
    batch: int,
    max_len: int,
    dtype: torch.dtype,
    device: str,
    kv_precision: KvPrecision = "same",
) -> Cache:
    """A fresh, empty cache. `max_len` counts prompt and answer; only "preallocated" needs it.

    int8 keys and values are kept in room set aside; LabError("kv_int8_needs_room") elsewhere.
    """
    if kv_precision == "int8":
        if kind != "preallocated":
            raise LabError("kv_int8_needs_room", cache=kind)
        return Int8KVCache(config, batch, max_len, dtype, device)
    if kind == "none":
        return NoCache()
    if kind == "concat":
        return ConcatCache()
    return KVCache(config, batch, max_len, dtype, device)
