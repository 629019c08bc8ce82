"""A KV cache of a quarter of the bytes: int8 keys and values, one scale per token and head.

The plain form: what is read is expanded again before attention uses it, so it saves memory and
costs time. A kernel that expands inside the attention would save the time as well.
"""

import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.schema.config import ModelConfig

LARGEST = 127  # symmetric: −128 is not used, so that x and −x are rounded alike


def quantize(x: Tensor) -> tuple[Tensor, Tensor]:
    """Codes and scales of the vectors in the last dimension: x ≈ codes · scale.

    x is [.., d_head]; codes are int8 of the same shape, scales [.., 1] of the type of x. A vector
    of zeros has scale 1. In fp32 the error of a value is at most half its scale.
    """
    scale = (x.abs().amax(dim=-1, keepdim=True).float() / LARGEST).to(x.dtype)
    scale = torch.where(scale > 0, scale, torch.ones_like(scale))
    codes = (x.float() / scale.float()).round().clamp(-LARGEST, LARGEST)
    return codes.to(torch.int8), scale


class Int8KVCache:
    """The twin of `KVCache` with packed room: d_head + one scale instead of d_head numbers."""

    def __init__(
        self, config: ModelConfig, batch: int, max_len: int, dtype: torch.dtype, device: str
    ) -> None:
        vectors = (config.n_layers, batch, 2 * config.n_kv_heads, max_len)  # keys, then values
        self.length = 0
        self.max_len = max_len
        self.mask: Tensor | None = None
        self.codes = torch.zeros(*vectors, config.d_head, dtype=torch.int8, device=device)
        self.scales = torch.ones(*vectors, 1, dtype=dtype, device=device)

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        tokens = self.length + token_ids.shape[1]
        if tokens > self.max_len:
            raise LabError("cache_full", tokens=tokens, limit=self.max_len)
        return token_ids, self.length

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        start, end = self.length, self.length + keys.shape[2]
        codes, scales = quantize(torch.cat([keys, values], dim=1))
        self.codes[layer, :, :, start:end] = codes
        self.scales[layer, :, :, start:end] = scales
        kept = self.codes[layer, :, :, :end] * self.scales[layer, :, :, :end]
        all_keys, all_values = kept.chunk(2, dim=1)  # each [B, n_kv_heads, end, d_head]
        return all_keys, all_values

    def advance(self, tokens: int) -> None:
        self.length += tokens

    def trim(self, tokens: int) -> None:
        self.length -= tokens

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + self.scales.nbytes
