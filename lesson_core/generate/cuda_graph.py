"""Decoding on CUDA without Python between the kernels.

A decode step launches hundreds of small kernels; on a fast GPU starting them takes longer than
running them. A CUDA graph records one step and replays it with a single call. A recording has
fixed shapes and fixed addresses, so the step reads its token and position from tensors, and the
cache always shows all its positions behind a mask.
"""

import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.cache import Cache, KVCache
from lesson_core.model.layers import Rotation
from lesson_core.model.transformer import Transformer

PAYS_FROM_STEPS = 32  # recording costs about as much as ten plain steps
WARM_UP_STEPS = 3  # before a capture, so that libraries have chosen their kernels


class StaticView:
    """A `KVCache` seen by a recorded step: the position is a tensor, all rows are returned."""

    def __init__(self, cache: KVCache, device: torch.device) -> None:
        self.cache = cache
        self.position = torch.zeros(1, dtype=torch.long, device=device)
        self.columns = torch.arange(cache.max_len, device=device)
        self.mask: Tensor | None = None
        for layer in range(cache.n_layers):  # a masked row still enters a product: 0 · NaN is NaN
            for rows in cache.rows(layer):
                rows[:, :, cache.length :].zero_()

    @property
    def length(self) -> int:
        return self.cache.length

    @property
    def nbytes(self) -> int:
        return self.cache.nbytes

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        return token_ids, self.cache.length

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        all_keys, all_values = self.cache.rows(layer)  # [B, n_kv_heads, max_len, d_head]
        all_keys.index_copy_(2, self.position, keys)
        all_values.index_copy_(2, self.position, values)
        return all_keys, all_values

    def advance(self, tokens: int) -> None:
        self.cache.advance(tokens)

    def trim(self, tokens: int) -> None:
        self.cache.trim(tokens)


def static_step(model: Transformer, token_id: Tensor, view: StaticView) -> Tensor:
    """One decode step with nothing in it that depends on a Python number: [B, 1] → [B, vocab]."""
    x = model.embedding(token_id)
    if model.positions is not None:
        x = x + model.positions(view.position)
    rotation = None
    if model.rotary is not None:
        cos, sin = model.rotary.cos, model.rotary.sin
        rotation = Rotation(cos.index_select(0, view.position), sin.index_select(0, view.position))
    view.mask = (view.columns <= view.position)[None, None, None]  # [1, 1, 1, max_len]
    for layer in model.layers:
        x = layer(x, rotation, view)
    return model.logits(x[:, -1])


class GraphDecoder:
    """`decode_one_token` for one model and one cache, recorded once and replayed.

    Give it the cache after prefill; then call it with each token [B, 1]. The logits it returns
    are overwritten by the next call. Raises LabError("device_missing") without CUDA and
    LabError("cache_full") like the cache itself.
    """

    def __init__(self, model: Transformer, cache: KVCache, batch: int) -> None:
        device = model.embedding.weight.device
        if device.type != "cuda":
            raise LabError("device_missing", device="cuda")
        self._cache = cache
        self._view = StaticView(cache, device)
        self._token_id = torch.zeros(batch, 1, dtype=torch.long, device=device)
        self._graph = torch.cuda.CUDAGraph()
        self._record(model)

    @torch.inference_mode()
    def _record(self, model: Transformer) -> None:
        # Everything here writes one row, the next one, which the first real step overwrites.
        self._cache.begin(self._token_id)
        self._view.position.fill_(self._cache.length)
        side = torch.cuda.Stream()  # type: ignore[no-untyped-call]
        side.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(side):
            for _ in range(WARM_UP_STEPS):
                static_step(model, self._token_id, self._view)
        torch.cuda.current_stream().wait_stream(side)
        with torch.cuda.graph(self._graph):
            self._logits = static_step(model, self._token_id, self._view)

    @torch.inference_mode()
    def __call__(self, token_id: Tensor) -> Tensor:
        """Logits of the token after `token_id` [B, 1]: [B, vocab_size]."""
        self._cache.begin(token_id)  # refuses when the cache is full
        self._token_id.copy_(token_id)
        self._view.position.fill_(self._cache.length)
        self._graph.replay()
        self._cache.advance(1)
        return self._logits


def pays(model: Transformer, cache: Cache, steps: int) -> bool:
    """Whether recording is worth its time: on CUDA, with a preallocated cache, for many steps."""
    on_cuda = model.embedding.weight.device.type == "cuda"
    return on_cuda and isinstance(cache, KVCache) and steps >= PAYS_FROM_STEPS
