"""Tensor parallel: every matrix is cut, every rank has a piece of every layer.

A rank's model is the one structured pruning would leave if it kept only this rank's KV groups and
feed-forward columns: queries, keys, values, gate and up by output, `out` and `down` by input. So
each rank ends a half layer with a partial sum, and one all-reduce makes it whole: two per layer.
The head is cut by words; every rank then collects the others' scores. The model knows nothing of
this. Source: Megatron-LM (Shoeybi et al. 2019).
"""

from collections.abc import Callable
from typing import cast

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.clock import Clock
from lesson_core.errors import LabError
from lesson_core.model.transformer import Block, Transformer
from lesson_core.speed.prune_structured import cut_ffn, cut_heads
from lesson_core.theory.parallelism import shares

Collective = Callable[[Tensor], Tensor]


class Talk:
    """The two collectives, and the seconds this rank has spent in them (waiting included)."""

    def __init__(self, clock: Clock) -> None:
        self.seconds = 0.0
        self._clock = clock

    def summed(self, x: Tensor) -> Tensor:
        """The sum of `x` over all ranks, on every rank; `x` itself becomes it."""
        begin = self._clock()
        dist.all_reduce(x)
        self.seconds += self._clock() - begin
        return x

    def gathered(self, x: Tensor, sizes: tuple[int, ...]) -> Tensor:
        """The pieces of all ranks side by side: [.., its size] to [.., sum of sizes]."""
        begin = self._clock()
        room = [x.new_empty(*x.shape[:-1], max(sizes)) for _ in sizes]
        dist.all_gather(room, F.pad(x, (0, max(sizes) - x.shape[-1])))  # equal lengths only
        whole = torch.cat([piece[..., :n] for piece, n in zip(room, sizes, strict=True)], dim=-1)
        self.seconds += self._clock() - begin
        return whole


class SummedLinear(nn.Linear):
    """A matrix of which this rank has some input columns; the ranks' products add up."""

    summed: Collective

    def forward(self, x: Tensor) -> Tensor:
        total = self.summed(F.linear(x, self.weight))
        return total if self.bias is None else total + self.bias  # once, not once per rank


class GatheredHead(nn.Linear):
    """A head of which this rank has some words; the ranks' scores stand side by side."""

    gathered: Collective

    def forward(self, x: Tensor) -> Tensor:
        return self.gathered(F.linear(x, self.weight))


def shard(model: Transformer, rank: int, ranks: int, talk: Talk) -> Transformer:
    """This rank's piece of the model; it gives the logits of the whole one on every rank.

    Raises LabError("ranks_too_many") where a rank would have no KV group.
    """
    config = model.config
    if ranks > config.n_kv_heads:
        raise LabError("ranks_too_many", ranks=ranks, heads=config.n_kv_heads)
    groups = [share_of(config.n_kv_heads, rank, ranks)] * config.n_layers
    columns = [share_of(config.d_ff, rank, ranks)] * config.n_layers
    piece = cut_ffn(cut_heads(model, groups), columns)
    for block in piece.layers:
        assert isinstance(block, Block)
        for linear in (block.attention.out, block.mlp.down):
            assert isinstance(linear, nn.Linear)
            linear.__class__ = SummedLinear  # the same tensors, another forward
            cast(SummedLinear, linear).summed = talk.summed
    words = shares(config.vocab_size, ranks)
    head = GatheredHead(1, 1, bias=False)
    rows = torch.split(model.head.weight, list(words))[rank]  # still in the memory of the whole
    head.weight = nn.Parameter(rows, requires_grad=False)
    head.gathered = lambda x: talk.gathered(x, words)
    piece.head = head
    return piece


def share_of(total: int, rank: int, ranks: int) -> Tensor:
    """The indices that belong to a rank, one run after another."""
    return torch.split(torch.arange(total), list(shares(total, ranks)))[rank]
