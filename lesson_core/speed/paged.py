"""One step over keys and values that lie in blocks, as one compiled function (`paged.cpp`).

What comes in is a ragged batch: one token of a sequence that is being answered, a piece of the
prompt of another. The matrices see them as the rows of one product, attention sees each with its
own block table. The slow twin, for every model and dtype, is `serve.paged.Gathered`.
"""

import ctypes
from collections.abc import Sequence
from ctypes import POINTER, Structure, byref, c_int, c_long, c_void_p
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.speed.fused import FusedStep
from lesson_core.speed.toolchain import compiled

LANES = 16  # keys that are multiplied at a time: a block holds a multiple of them


class Rows(NamedTuple):
    """New tokens of one sequence. `table` names the blocks of all its tokens, these included."""

    tokens: Sequence[int]
    position: int  # of the first
    table: Sequence[int]
    wanted: bool = True  # whether the logits after the last are


class _Run(Structure):
    _fields_ = (("row", c_long), ("rows", c_long), ("position", c_long), ("table", c_long))


class _Batch(Structure):
    _fields_ = (
        ("tokens", c_void_p), ("runs", POINTER(_Run)), ("tables", c_void_p), ("wanted", c_void_p),
        ("rows", c_long), ("n_runs", c_long), ("n_wanted", c_long), ("block_size", c_long),
    )  # fmt: skip


class PagedStep:
    """The step of a model whose one-token step is fused.

    `tiles` False leaves the CPU's matrix unit alone, where it has one.
    """

    def __init__(self, fused: FusedStep, *, tiles: bool = True) -> None:
        self.dtype = torch.float32 if fused.format == "plain" else torch.bfloat16
        self._fused, self._tiles = fused, tiles
        self._step = getattr(kernels(), f"step_{fused.format}")

    @torch.inference_mode()
    def __call__(self, batch: Sequence[Rows], room: Tensor) -> Tensor:
        """Keep keys and values of all rows in `room`; logits, fp32 [wanted, vocab_size].

        `room` is [blocks, n_layers, 2 * n_kv_heads, block_size * d_head] in this step's dtype;
        in a block, keys lie as [d_head, block_size] and values as [block_size, d_head].
        """
        if not batch:
            return torch.empty(0, self._fused.vocab_size)
        block_size = room.shape[3] // self._fused.bound.d_head
        assert block_size % LANES == 0 and room.dtype == self.dtype and room.is_contiguous()
        ends = list(accumulate(len(rows.tokens) for rows in batch))
        tables = [0, *accumulate(len(rows.table) for rows in batch)]
        starts = zip(ends, tables, batch, strict=False)
        runs = (_Run * len(batch))(
            *(_Run(end - len(r.tokens), len(r.tokens), r.position, at) for end, at, r in starts)
        )
        tokens = torch.tensor([token for rows in batch for token in rows.tokens])
        blocks = torch.tensor([block for rows in batch for block in rows.table])
        wanted = torch.tensor(
            [end - 1 for end, rows in zip(ends, batch, strict=True) if rows.wanted],
            dtype=torch.long,
        )
        logits = torch.empty(len(wanted), self._fused.vocab_size)
        told = _Batch(
            tokens.data_ptr(), runs, blocks.data_ptr(), wanted.data_ptr(),
            len(tokens), len(batch), len(wanted), block_size,
        )  # fmt: skip
        self._step(
            byref(self._fused.bound), byref(told), c_void_p(room.data_ptr()),
            c_void_p(logits.data_ptr()), c_int(torch.get_num_threads()), c_int(self._tiles),
        )  # fmt: skip
        return logits


@cache
def kernels() -> ctypes.CDLL:
    """`paged.cpp`, compiled."""
    return compiled("products.cpp", "tiles.cpp", "paged.cpp")


def has_tiles() -> bool:
    """Whether this CPU has a matrix unit that the step can use."""
    return bool(kernels().tiles_available())
