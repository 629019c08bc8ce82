"""Training batches: sentences of like length side by side, in both directions at once."""

import random
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from lesson_core.model.attending import PAD
from lesson_core.tasks.translate.pairs import Language, Pair
from lesson_core.tasks.translate.subwords import EOS, START, Subwords

POOL = 20_000  # sentences shuffled before they are sorted by length


class Batch(NamedTuple):
    """Sources [B, S]; what the decoder is shown and what it must say next, both [B, T].

    `shown` starts with the language and `wanted` ends with <eos>: the same sentence, one step
    apart. Position t of `shown` must not know position t of `wanted`.
    """

    source: Tensor
    shown: Tensor
    wanted: Tensor


class Item(NamedTuple):
    """One sentence pair in one direction, its lengths in tokens."""

    pair: int
    target: Language
    read: int
    written: int


def other(language: Language) -> Language:
    """The other of the two languages."""
    return "zh" if language == "en" else "en"


def padded(rows: Sequence[Sequence[int]]) -> Tensor:
    """Rows of ids as one tensor [B, longest], filled up with PAD."""
    longest = max(map(len, rows))
    return torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in rows])


def collate(sources: list[list[int]], targets: list[list[int]], starts: list[int]) -> Batch:
    """Ids of both sides as a batch."""
    return Batch(
        padded([[*ids, EOS] for ids in sources]),
        padded([[start, *ids] for start, ids in zip(starts, targets, strict=True)]),
        padded([[*ids, EOS] for ids in targets]),
    )


class Batches:
    """Endless batches of about `tokens` target positions each, in an order fixed by `seed`."""

    def __init__(self, pairs: Sequence[Pair], subwords: Subwords, tokens: int, seed: int) -> None:
        self.pairs, self.subwords, self.tokens, self.seed = pairs, subwords, tokens, seed
        english = [len(ids) + 1 for ids in subwords.encode([p.english for p in pairs], "en")]
        chinese = [len(ids) + 1 for ids in subwords.encode([p.chinese for p in pairs], "zh")]
        self.items = [Item(i, "zh", english[i], chinese[i]) for i in range(len(pairs))]
        self.items += [Item(i, "en", chinese[i], english[i]) for i in range(len(pairs))]

    def epoch(self, number: int) -> list[list[Item]]:
        """All items once, grouped: [batch][item]."""
        rng = random.Random(f"{self.seed}:{number}")
        items = rng.sample(self.items, len(self.items))
        groups: list[list[Item]] = []
        for start in range(0, len(items), POOL):
            pool = sorted(items[start : start + POOL], key=lambda i: (i.written, i.read))
            groups += cut(pool, self.tokens)
        rng.shuffle(groups)
        return groups

    def make(self, group: list[Item], dropout: float | None) -> Batch:
        """The ids of a group, freshly cut into subwords."""
        texts: dict[Language, list[str]] = {
            language: [self.pairs[item.pair].text(language) for item in group]
            for language in ("en", "zh")
        }
        ids = {code: self.subwords.encode(texts[code], code, dropout) for code in texts}
        return collate(
            [ids[other(item.target)][row] for row, item in enumerate(group)],
            [ids[item.target][row] for row, item in enumerate(group)],
            [START[item.target] for item in group],
        )

    def stream(self, skip: int, dropout: float | None) -> Iterator[tuple[int, Batch]]:
        """(epoch, batch) from batch number `skip` on."""
        number = epoch = 0
        while True:
            groups = self.epoch(epoch)
            for group in groups[max(0, skip - number) :]:
                yield epoch, self.make(group, dropout)
            number += len(groups)
            epoch += 1


def cut(items: list[Item], tokens: int) -> Iterator[list[Item]]:
    """Neighbours together, as long as their padded targets and sources fit into `tokens`."""
    group: list[Item] = []
    longest = 0
    for item in items:
        longest = max(longest, item.written, item.read)
        if group and longest * (len(group) + 1) > tokens:
            yield group
            group, longest = [], max(item.written, item.read)
        group.append(item)
    if group:
        yield group
