"""Many answers written side by side, as fast as this machine can: for text, not for people.

Continuous batching without a scheduler. Each answer under way owns one row of blocks; when it ends,
the next request moves in, so a pass over the weights always serves as many rows as there is room
for. Requests are known beforehand and nobody waits, so nothing is preempted and nothing is shared.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import Recipe
from lesson_core.speed.build import build
from lesson_core.speed.fused import FusedStep
from lesson_core.speed.paged import LANES, PagedStep, Rows

TOP_K, TOP_P, TEMPERATURE = 64, 0.92, 0.7


class Job(NamedTuple):
    """One request: `prompt` is read, at most `limit` tokens are written."""

    number: int
    prompt: list[int]
    limit: int


@dataclass(slots=True)
class Answer:
    """What was written, and at each place the likeliest token (which sampling may pass over)."""

    job: Job
    ids: list[int] = field(default_factory=list)
    likeliest: list[int] = field(default_factory=list)

    def rows(self, table: Sequence[int]) -> Rows:
        """What the next pass must read: all of the prompt, later only the newest token."""
        unread = self.ids[-1:] or self.job.prompt
        position = len(self.job.prompt) + len(self.ids) - len(unread)
        return Rows(unread, position, table[: (position + len(unread) - 1) // LANES + 1])

    def over(self, eos: int) -> bool:
        """Whether it has ended itself or is as long as it may be."""
        return self.ids[-1] == eos or len(self.ids) == self.job.limit


Forward = Callable[[list[Rows]], Tensor]
Pick = Callable[[Tensor], tuple[Tensor, Tensor]]


def sampler(seed: int) -> Pick:
    """Logits [B, V] to ids drawn and likeliest ids, both [B]: the top 64, then the top 92 %."""
    generator = torch.Generator().manual_seed(seed)

    def pick(logits: Tensor) -> tuple[Tensor, Tensor]:
        best, ids = torch.topk(logits, min(TOP_K, logits.shape[-1]))  # [B, K], falling
        probs = torch.softmax(best / TEMPERATURE, dim=-1)
        before = probs.cumsum(dim=-1) - probs
        probs = probs.masked_fill(before > TOP_P, 0.0)
        return ids.gather(1, torch.multinomial(probs, 1, generator=generator))[:, 0], ids[:, 0]

    return pick


def write(
    forward: Forward,
    jobs: Iterable[Job],
    tables: Sequence[Sequence[int]],
    pick: Pick,
    eos: int,
    stopped: Callable[[], bool] = lambda: False,
) -> Iterator[Answer]:
    """Each answer as it ends. What is under way when `stopped` says so is lost."""
    waiting, running = iter(jobs), dict[int, Answer]()
    while not stopped():
        for slot in range(len(tables)):
            if slot not in running and (job := next(waiting, None)) is not None:
                running[slot] = Answer(job)
        if not running:
            return
        logits = forward([answer.rows(tables[slot]) for slot, answer in running.items()])
        drawn, likeliest = (ids.tolist() for ids in pick(logits))
        for slot, token, best in zip(list(running), drawn, likeliest, strict=True):
            running[slot].ids.append(token)
            running[slot].likeliest.append(best)
            if running[slot].over(eos):
                yield running.pop(slot)


def tables(slots: int, tokens: int) -> list[list[int]]:
    """A row of blocks for each slot, with room for `tokens` tokens."""
    each = -(-tokens // LANES)
    return [list(range(slot * each, (slot + 1) * each)) for slot in range(slots)]


def room(config: ModelConfig, blocks: int, dtype: torch.dtype) -> Tensor:
    """Memory for keys and values, as `PagedStep` wants it."""
    heads = 2 * config.n_kv_heads
    return torch.zeros(blocks, config.n_layers, heads, LANES * config.d_head, dtype=dtype)


def fast(model: Transformer, name: str, blocks: int) -> Forward:
    """The compiled paged step of `model` in int8: on a CPU with AMX the fastest way there is."""
    fused = FusedStep(build(model, Recipe(model=name, precision="int8")))
    step = PagedStep(fused)
    space = room(model.config, blocks, step.dtype)

    def forward(batch: list[Rows]) -> Tensor:
        assert fused is not None  # keeps the weights that the kernel sees only by address
        return step(batch, space)

    return forward
