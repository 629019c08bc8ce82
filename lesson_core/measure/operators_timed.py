"""A model's own matrix products, timed one kind at a time with its own weights.

Each kind runs through all layers before it comes round again, so its weights have left the cache
meanwhile if they are larger than it: the same working set as in a real pass.
"""

from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import nn

from lesson_core.model.attention import fast_attention
from lesson_core.model.transformer import Block, Transformer

Run = Callable[[], object]


def products(
    model: Transformer, rows: int, queries: int, context: int
) -> Iterator[tuple[str, Run]]:
    """(name as in `theory.operators`, one run through every layer of it).

    `rows` = B·T go through each linear layer; attention has B = rows / queries sequences with
    `queries` new positions each that see `context`.
    """
    blocks = [block for block in model.layers if isinstance(block, Block)]
    mlps: list[Any] = [block.mlp for block in blocks]
    first = "gate_up" if hasattr(mlps[0], "gate_up") else "up"
    groups: dict[str, list[nn.Module]] = {
        "qkv": [block.attention.qkv for block in blocks],
        "o": [block.attention.out for block in blocks],
        first: [getattr(mlp, first) for mlp in mlps],
        "down": [mlp.down for mlp in mlps],
        "head": [model.head],
    }
    for name, layers in groups.items():
        inputs = rows // queries if name == "head" else rows  # one position per sequence is scored
        yield name, _through(layers, inputs, _width(layers[0], model))
    yield "attention", _attention(model, rows // queries, queries, context)


def _width(layer: nn.Module, model: Transformer) -> int:
    return int(getattr(layer, "in_features", model.config.d_model))


def _through(layers: list[nn.Module], rows: int, width: int) -> Run:
    def run() -> None:
        for layer in layers:
            layer(x)

    x = torch.randn(rows, width, **_like(layers[0]))
    return run


def _attention(model: Transformer, batch: int, queries: int, context: int) -> Run:
    c = model.config
    like = _like(model.embedding)
    q = torch.randn(batch, c.n_heads, queries, c.d_head, **like)
    shape = (c.n_layers, batch, c.n_kv_heads, context, c.d_head)
    keys, values = (torch.randn(shape, **like).unbind() for _ in range(2))

    def run() -> None:
        for k, v in zip(keys, values, strict=True):
            fast_attention(q, k, v)

    return run


def _like(layer: nn.Module) -> dict[str, Any]:
    """dtype and device of a layer's activations."""
    weight = next(layer.parameters())
    return {"dtype": weight.dtype, "device": weight.device}
