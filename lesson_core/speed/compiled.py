"""A layer in two compiled pieces, with the cache and attention between them.

`torch.compile` turns what surrounds attention into fused loops: one kernel where the plain layer
starts a dozen. Every layer runs the same two functions, so they are compiled once, not once per
layer; what was compiled is kept on disk and found by the next process. Plain twin: `Block`.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.model.attention import fast_attention
from lesson_core.model.cache import Cache, ConcatCache
from lesson_core.model.layers import Rotation
from lesson_core.model.transformer import Block, Transformer
from lesson_core.speed.toolchain import compiling


def before_attention(
    block: Block, x: Tensor, cos: Tensor | None, sin: Tensor | None
) -> tuple[Tensor, Tensor, Tensor]:
    """Norm, projection, rotation: `x` [B, T, d_model] to queries, keys and values."""
    rotation = None if cos is None or sin is None else Rotation(cos, sin)
    return block.attention.project(block.attention_norm(x), rotation)


def after_attention(block: Block, x: Tensor, mixed: Tensor) -> Tensor:
    """Output projection, norm, feed-forward and both additions: [B, T, d_model]."""
    h = x + block.attention.out(mixed.transpose(1, 2).flatten(2))
    out: Tensor = h + block.mlp(block.mlp_norm(h))
    return out


class CompiledBlock(Block):
    """A `Block` whose two pieces run compiled."""

    def forward(
        self, x: Tensor, rotation: Rotation | None, cache: Cache, last_only: bool = False
    ) -> Tensor:
        compiled = pieces()
        cos, sin = (None, None) if rotation is None else rotation
        q, k, v = compiled.before(self, x, cos, sin)
        k, v = cache.append(self.attention.layer, k, v)
        mixed = fast_attention(q, k, v, cache.mask)
        if last_only:  # keys and values of all tokens are kept by now
            x, mixed = x[:, -1:], mixed[:, :, -1:]
        return compiled.after(self, x, mixed)


RECOMPILE_LIMIT = 64  # one process may meet many models, precisions and shapes


class Pieces(NamedTuple):
    """The two functions, each compiled at its first call with new shapes."""

    before: Callable[..., tuple[Tensor, Tensor, Tensor]]
    after: Callable[..., Tensor]


@cache
def pieces() -> Pieces:
    """One pair for all layers of all models in this process."""
    torch._dynamo.config.recompile_limit = RECOMPILE_LIMIT
    return Pieces(torch.compile(before_attention), torch.compile(after_attention))


def compile_layers(model: Transformer, lengths: Sequence[int]) -> None:
    """Make every layer of `model` run compiled, and compile by running texts of these lengths.

    Two lengths teach the compiler that it varies; one token is a case of its own.

    Takes up to a minute the first time on a machine. LabError: "compiler_missing",
    "compile_failed".
    """
    device = model.embedding.weight.device
    for block in model.layers:
        block.__class__ = CompiledBlock  # the same tensors, another forward
    with compiling(), torch.inference_mode():
        for tokens in lengths:
            model.last_logits(
                torch.zeros(1, tokens, dtype=torch.long, device=device), ConcatCache()
            )
