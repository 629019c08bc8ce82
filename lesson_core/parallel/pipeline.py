"""Pipeline parallel: each rank has some whole layers and hands its result on.

Micro-batches follow each other through the stages (GPipe), so that all stages work at once. One
request alone is at one stage at a time: nobody helps it, it only travels.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.distributed as dist
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.model.cache import Cache
from lesson_core.model.transformer import Transformer
from lesson_core.speed.rebuild import rebuilt


@dataclass(frozen=True)
class Stage:
    """Layers `first` to `last` (exclusive) of a model, with the embedding or the head at the ends.

    `model` is a plain Transformer with only these layers; its tensors are those of the whole one.
    """

    model: Transformer
    rank: int
    ranks: int

    @property
    def is_first(self) -> bool:
        """Whether it reads token ids."""
        return self.rank == 0

    @property
    def is_last(self) -> bool:
        """Whether it ends with logits."""
        return self.rank == self.ranks - 1


@dataclass(frozen=True)
class Span:
    """One piece of work: micro-batch `micro` in pass `step`; seconds of the given clock."""

    micro: int
    step: int
    start_s: float
    end_s: float


def stage(model: Transformer, ends: Sequence[int], rank: int) -> Stage:
    """The stage of a rank; `ends` are the exclusive last layers of all stages."""
    first, last = (0, *ends)[rank], ends[rank]
    moved = {}
    for name, tensor in model.named_parameters():
        kind, _, rest = name.partition(".")
        index, _, part = rest.partition(".")
        if kind == "layers" and first <= int(index) < last:
            moved[f"layers.{int(index) - first}.{part}"] = tensor
    config = replace(model.config, n_layers=last - first)
    return Stage(rebuilt(model, config, moved), rank, len(ends))


@torch.inference_mode()
def forward(part: Stage, x: Tensor, cache: Cache) -> Tensor:
    """Token ids [B, T] into the first stage, [B, T, d_model] into the others.

    Out come [B, T, d_model], and from the last stage the logits of the last position, [B, V].
    """
    model = part.model
    x, position = cache.begin(x)
    tokens = x.shape[1]
    if part.is_first:
        x = model.embed(x, position)
    rotation = model.rotation(position, tokens)
    for i, layer in enumerate(model.layers, start=1):
        x = layer(x, rotation, cache, part.is_last and i == len(model.layers))
    cache.advance(tokens)
    return model.logits(x[:, -1]) if part.is_last else x


@torch.inference_mode()
def generate(
    part: Stage, prompts: Sequence[Tensor], caches: Sequence[Cache], new_tokens: int, clock: Clock
) -> tuple[list[list[Tensor]], list[Span]]:
    """Greedy answers to micro-batches of prompts, each [B, T]; every rank runs this.

    Pass 0 is prefill, each further pass one token. Returns the logits per pass and micro-batch
    (last stage; elsewhere empty) and when this rank worked on what. Needs two stages or more.
    """
    told: list[list[Tensor]] = []
    spans: list[Span] = []
    sent: list[tuple[dist.Work, Tensor]] = []  # a message must stay until it is out
    for step in range(new_tokens):
        told.append([])
        for micro, (prompt, cache) in enumerate(zip(prompts, caches, strict=True)):
            x = _receive(part, prompt, step)
            begin = clock()
            y = forward(part, x, cache)
            spans.append(Span(micro, step, begin, clock()))
            if part.is_last:
                told[step].append(y)
                y = y.argmax(dim=-1, keepdim=True)  # the next token, [B, 1]
            if not part.is_last or step < new_tokens - 1:
                sent.append((_send(y, (part.rank + 1) % part.ranks), y))
    for work, _ in sent:
        work.wait()
    return told, spans


def _send(x: Tensor, to: int) -> dist.Work:
    work = dist.isend(x.contiguous(), to)
    assert work is not None
    return work


def _receive(part: Stage, prompt: Tensor, step: int) -> Tensor:
    """What this stage works on next: the prompt, the token that came back, or hidden states."""
    batch, tokens = prompt.shape
    if part.is_first:
        if step == 0:
            return prompt
        x = prompt.new_empty(batch, 1)
    else:
        table = part.model.embedding.weight
        x = table.new_empty(batch, tokens if step == 0 else 1, table.shape[1])
    dist.recv(x, (part.rank - 1) % part.ranks)
    return x
