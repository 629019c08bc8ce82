"""A log run through caches without a model: which requests would have been hits.

Whether a text is inside does not depend on how long its answer took, so this is exact and fast;
time is measured elsewhere, on requests that are really served.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lesson_core.serve.eviction import Kept, cache
from lesson_core.serve.kept_prefixes import KeptPrefixes
from lesson_core.theory.caching import Eviction

Array = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Counted:
    """Per request: a hit or not, and whether that hit answered another question."""

    hits: tuple[bool, ...]
    wrong: tuple[bool, ...]
    inside: tuple[int, ...]  # the texts that are in the cache at the end

    @property
    def hit_rate(self) -> float:
        """Hits over requests."""
        return sum(self.hits) / len(self.hits)

    @property
    def wrong_rate(self) -> float:
        """Wrong answers over requests."""
        return sum(self.wrong) / len(self.wrong)


def exact(log: Sequence[int], policy: Eviction, capacity: int, ttl: float) -> Counted:
    """A cache that knows a text only by its very characters: it cannot be wrong."""
    held: Kept[int] = cache(policy, capacity, ttl)
    hits = []
    for now, text in enumerate(log):
        hits.append(held.get(str(text), now) is not None)
        if not hits[-1]:
            held.put(str(text), text, now)
    inside = tuple(map(int, held.values(len(log))))
    return Counted(tuple(hits), (False,) * len(hits), inside)


def semantic(
    log: Sequence[int],
    questions: Sequence[int],
    similarity: Array,
    threshold: float,
    policy: Eviction,
    capacity: int,
    ttl: float,
) -> Counted:
    """A cache that takes the nearest text it holds, if `similarity` [texts, texts] allows it.

    The text itself comes first; `questions` says which texts want the same answer.
    """
    held: Kept[int] = cache(policy, capacity, ttl)
    hits, wrong = [], []
    for now, text in enumerate(log):
        found = held.get(str(text), now)
        if found is None:
            inside = [int(key) for key in held.values(now)]
            nearest = max(inside, key=lambda other: similarity[text, other], default=None)
            if nearest is not None and similarity[text, nearest] >= threshold:
                found = held.get(str(nearest), now)
        hits.append(found is not None)
        wrong.append(found is not None and questions[found] != questions[text])
        if found is None:
            held.put(str(text), text, now)
    return Counted(tuple(hits), tuple(wrong), tuple(map(int, held.values(len(log)))))


def prefixes(prompts: Sequence[Sequence[int]], blocks: int, block_size: int) -> list[int]:
    """Tokens of each prompt that a prefix cache of `blocks` blocks would have kept."""
    kept = KeptPrefixes(blocks, block_size)
    found = []
    for ids in prompts:
        found.append(len(kept.match(ids)) * block_size)
        kept.keep(ids)
    return found
