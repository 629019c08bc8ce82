"""Pruning that makes the model smaller: whole heads and whole rows of the feed-forward part go.

The importance of a part is the L2 norm of all the weights that leave with it. Every layer loses as
many parts as any other, so the result is a plain model again, of another shape, and it is faster
on any hardware. `cut_…` is what runs; `mask_…` is its slow twin: the same parts, set to zero.
"""

from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor, nn

from lesson_core.errors import LabError
from lesson_core.model.layers import SwiGLU
from lesson_core.model.transformer import Block, Transformer
from lesson_core.schema.checks import check_range
from lesson_core.schema.config import ModelConfig
from lesson_core.speed.rebuild import rebuilt

ROWS = 32  # feed-forward rows go in multiples of this, which kernels and int4 groups want


def heads(model: Transformer, sparsity: float) -> Transformer:
    """Take out the least important KV groups: a KV head and the query heads that share it."""
    return cut_heads(model, heads_kept(model, sparsity))


def ffn(model: Transformer, sparsity: float) -> Transformer:
    """Take out the least important rows of the feed-forward part."""
    return cut_ffn(model, rows_kept(model, sparsity))


def heads_kept(model: Transformer, sparsity: float) -> list[Tensor]:
    """Per layer, the KV groups that stay."""
    return [_best(of, sparsity, 1) for of in group_importance(model)]


def rows_kept(model: Transformer, sparsity: float) -> list[Tensor]:
    """Per layer, the rows of the feed-forward part that stay."""
    step = 1 if model.config.d_ff % ROWS else ROWS
    return [_best(of, sparsity, step) for of in row_importance(model)]


def _best(importance: Tensor, sparsity: float, step: int) -> Tensor:
    """The indices that stay, in order; their number is a multiple of `step`, at least one."""
    check_range("sparsity", sparsity, 0, 0.99)
    total = importance.numel() // step
    kept = max(1, total - round(sparsity * total)) * step
    if sparsity and kept == importance.numel():
        raise LabError("prune_nothing_to_cut", parts=total, sparsity=sparsity)
    return importance.topk(kept).indices.sort().values


def group_importance(model: Transformer) -> Iterator[Tensor]:
    """Per layer, the L2 norm of each KV group's queries, key, value and output: [n_kv_heads]."""
    c = model.config
    for block in _blocks(model):
        qkv = block.attention.qkv.weight.view(-1, c.d_head * c.d_model)
        out = block.attention.out.weight.view(c.d_model, c.n_heads, c.d_head)
        squares = qkv.square().sum(1)  # per head: queries, keys, values
        q, k, v = torch.split(squares, [c.n_heads, c.n_kv_heads, c.n_kv_heads])
        by_query = (q + out.square().sum((0, 2))).view(c.n_kv_heads, -1).sum(1)
        yield (by_query + k + v).sqrt()


def row_importance(model: Transformer) -> Iterator[Tensor]:
    """Per layer, the L2 norm of the weights into and out of each hidden value: [d_ff]."""
    for block in _blocks(model):
        into = _into(block).weight.square().sum(1).view(-1, model.config.d_ff)  # gate and up, or up
        yield (into.sum(0) + _out_of(block).weight.square().sum(0)).sqrt()


def cut_heads(model: Transformer, kept: list[Tensor]) -> Transformer:
    """The model with only the KV groups `kept` per layer; n_heads and n_kv_heads shrink."""
    groups, changed = kept[0].numel(), {}
    for i, (block, groups_kept) in enumerate(zip(_blocks(model), kept, strict=True)):
        rows, columns = head_places(model.config, groups_kept)
        name, part = f"layers.{i}.attention", block.attention
        changed[f"{name}.qkv.weight"] = part.qkv.weight[rows]
        changed[f"{name}.out.weight"] = part.out.weight[:, columns].contiguous()
        if part.qkv.bias is not None:
            changed[f"{name}.qkv.bias"] = part.qkv.bias[rows]
    group = model.config.n_heads // model.config.n_kv_heads
    return rebuilt(model, replace(model.config, n_heads=groups * group, n_kv_heads=groups), changed)


def mask_heads(model: Transformer, kept: list[Tensor]) -> Transformer:
    """The slow twin of `cut_heads`: the other groups are there, and say nothing."""
    changed = {}
    for i, (block, groups_kept) in enumerate(zip(_blocks(model), kept, strict=True)):
        _, columns = head_places(model.config, groups_kept)
        out = block.attention.out.weight
        changed[f"layers.{i}.attention.out.weight"] = out * _chosen(columns, out.shape[1])
    return rebuilt(model, model.config, changed)


def cut_ffn(model: Transformer, kept: list[Tensor]) -> Transformer:
    """The model with only the hidden values `kept` per layer; d_ff shrinks."""
    changed = {}
    for i, (block, columns) in enumerate(zip(_blocks(model), kept, strict=True)):
        into, gated = _into(block), isinstance(block.mlp, SwiGLU)
        rows = torch.cat([columns, columns + model.config.d_ff]) if gated else columns
        name = f"layers.{i}.mlp.{'gate_up' if gated else 'up'}"
        changed[f"{name}.weight"] = into.weight[rows]
        changed[f"layers.{i}.mlp.down.weight"] = _out_of(block).weight[:, columns].contiguous()
        if into.bias is not None:
            changed[f"{name}.bias"] = into.bias[rows]
    return rebuilt(model, replace(model.config, d_ff=kept[0].numel()), changed)


def mask_ffn(model: Transformer, kept: list[Tensor]) -> Transformer:
    """The slow twin of `cut_ffn`: the other hidden values are computed, and not used."""
    changed = {}
    for i, (block, columns) in enumerate(zip(_blocks(model), kept, strict=True)):
        down = _out_of(block).weight
        changed[f"layers.{i}.mlp.down.weight"] = down * _chosen(columns, down.shape[1])
    return rebuilt(model, model.config, changed)


def head_places(config: ModelConfig, groups: Tensor) -> tuple[Tensor, Tensor]:
    """Where these KV groups stand: the rows of the qkv matrix, and the columns of the output."""
    c, group = config, config.n_heads // config.n_kv_heads
    within = torch.arange(c.d_head, device=groups.device)
    queries = (groups[:, None] * group + torch.arange(group, device=groups.device)).flatten()
    every = torch.cat([queries, c.n_heads + groups, c.n_heads + c.n_kv_heads + groups])
    rows, columns = ((places[:, None] * c.d_head + within).flatten() for places in (every, queries))
    return rows, columns


def _chosen(places: Tensor, width: int) -> Tensor:
    return torch.zeros(width, dtype=torch.bool, device=places.device).index_fill(0, places, True)


def _blocks(model: Transformer) -> Iterator[Block]:
    for block in model.layers:
        assert isinstance(block, Block)
        yield block


def _into(block: Block) -> nn.Linear:
    """The matrix into the hidden values: gate and up as one, or up alone."""
    into = block.mlp.gate_up if isinstance(block.mlp, SwiGLU) else block.mlp.up
    assert isinstance(into, nn.Linear)
    return into


def _out_of(block: Block) -> nn.Linear:
    """The matrix out of the hidden values."""
    down = block.mlp.down
    assert isinstance(down, nn.Linear)
    return down
