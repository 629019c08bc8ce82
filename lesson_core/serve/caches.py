"""Three caches for real: token ids, keys and values of beginnings, and whole answers.

- input: a text is tokenized once, then looked up.
- intermediate: the keys and values of a beginning that many prompts share are copied in; only the
  rest of the prompt is run.
- output: an answer is handed out again, to the same text (exact) or to one that lies close enough
  (semantic). Only the last can be wrong.
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.generate.decode import prefill
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.serve.eviction import Kept, cache
from lesson_core.serve.kept_prefixes import KeptPrefixes
from lesson_core.theory.caching import Eviction

BLOCK = 16  # tokens


class PrefixKV:
    """Keys and values of the beginnings in `kept`: [blocks, n_layers, 2·n_kv_heads, BLOCK, d_head].

    Positions are part of what is kept: a block is only ever read at the place it was written at.
    """

    def __init__(self, config: ModelConfig, blocks: int, dtype: torch.dtype, device: str) -> None:
        shape = (blocks, config.n_layers, 2 * config.n_kv_heads, BLOCK, config.d_head)
        self.kept = KeptPrefixes(blocks, BLOCK)
        self.room = torch.empty(shape, dtype=dtype, device=device)

    def read(self, ids: Sequence[int], into: KVCache) -> int:
        """Copy what is known of `ids` into an empty cache; returns the tokens that need no run."""
        for i, node in enumerate(self.kept.match(ids)):
            into.room[:, 0, :, i * BLOCK : (i + 1) * BLOCK] = self.room[node.block]
            into.length += BLOCK
        return into.length

    def keep(self, ids: Sequence[int], cache: KVCache) -> None:
        """Copy the new full blocks of a prompt that was just run out of its cache."""
        for block, start in self.kept.keep(ids):
            self.room[block] = cache.room[:, 0, :, start : start + BLOCK]

    @property
    def nbytes(self) -> int:
        """Bytes of the blocks that hold something."""
        return self.kept.blocks * self.room[0].nbytes


def prefill_the_rest(
    model: Transformer, ids: Sequence[int], prefixes: PrefixKV, cache: KVCache
) -> tuple[Tensor, int]:
    """Prefill `ids` into an empty `cache`, running only what no earlier prompt began with.

    Returns the logits of the last position, [1, vocab_size], and the tokens that were not run.
    """
    known = prefixes.read(ids, cache)
    rest = torch.tensor([ids[known:]], device=model.embedding.weight.device)
    logits = prefill(model, rest, cache)
    prefixes.keep(ids, cache)
    return logits, known


class Answer(NamedTuple):
    """An answer as a cache keeps it; `question` says what was asked, for the count of mistakes."""

    text: str
    question: int


class Found(NamedTuple):
    """A hit: the text it was kept under, and how alike the two texts are."""

    answer: Answer
    asked: str
    similarity: float


class SemanticCache:
    """Answers by meaning: the nearest text that is kept, if it is near enough."""

    def __init__(self, policy: Eviction, capacity: int, ttl: float, threshold: float) -> None:
        self.threshold = threshold
        self.held: Kept[tuple[Tensor, Answer]] = cache(policy, capacity, ttl)

    def get(self, text: str, vector: Tensor, now: float) -> Found | None:
        """The answer to `text`, or to the text whose vector is closest; [d_model], length 1."""
        same = self.held.get(text, now)
        if same is not None:
            return Found(same[1], text, 1.0)
        inside = self.held.values(now)
        if not inside:
            return None
        alike = torch.stack([other for other, _ in inside.values()]) @ vector  # cosines
        best = int(alike.argmax())
        if float(alike[best]) < self.threshold:
            return None
        nearest = list(inside)[best]
        hit = self.held.get(nearest, now)  # counts as a use
        assert hit is not None
        return Found(hit[1], nearest, float(alike[best]))

    def put(self, text: str, vector: Tensor, answer: Answer, now: float) -> None:
        """Keep an answer that was just computed."""
        self.held.put(text, (vector, answer), now)
