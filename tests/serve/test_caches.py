"""Prefill with a known beginning against prefill of everything; and mistakes that are caught."""

import random

import pytest
import torch

from lesson_core.generate.decode import prefill
from lesson_core.model.cache import KVCache
from lesson_core.serve.caches import BLOCK, Answer, PrefixKV, SemanticCache, prefill_the_rest
from lesson_core.theory.caching import EVICTIONS, Eviction
from tests.experiments.fake_lab import CONFIG, tiny_model


def prompts(seed: int, count: int = 12) -> list[list[int]]:
    """Prompts that share beginnings: whole, in part, up to the middle of a block, or not at all."""
    draw = random.Random(seed)
    made = [[draw.randrange(256) for _ in range(70)]]
    while len(made) < count:
        old = draw.choice(made)
        kept = draw.choice([0, 5, BLOCK, BLOCK + 3, 3 * BLOCK, len(old)])
        made.append(old[:kept] + [draw.randrange(256) for _ in range(draw.choice([1, 9, 40]))])
    return [ids[:150] for ids in made]


def worst(prefixes: PrefixKV, asked: list[list[int]]) -> tuple[float, int]:
    """The largest difference of a logit from a plain prefill, and how many tokens were known."""
    found, known_in_all = 0.0, 0
    for ids in asked:
        plain = KVCache(CONFIG, 1, len(ids), torch.float32, "cpu")
        wanted = prefill(tiny_model(), torch.tensor([ids]), plain)
        fresh = KVCache(CONFIG, 1, len(ids), torch.float32, "cpu")
        logits, known = prefill_the_rest(tiny_model(), ids, prefixes, fresh)
        assert fresh.length == len(ids)
        assert 0 <= known < len(ids)
        assert known % BLOCK == 0
        found = max(found, float((logits - wanted).abs().max()))
        known_in_all += known
    return found, known_in_all


@pytest.mark.parametrize("blocks", [1, 3, 12, 200])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_known_beginning_changes_no_logit(blocks: int, seed: int) -> None:
    prefixes = PrefixKV(CONFIG, blocks, torch.float32, "cpu")
    difference, known = worst(prefixes, prompts(seed))
    assert difference < 1e-4
    assert prefixes.kept.blocks <= blocks
    assert prefixes.nbytes == prefixes.kept.blocks * prefixes.room[0].nbytes
    if blocks == 200:
        assert known > 5 * BLOCK


class ValuesAstray(PrefixKV):
    """Puts the values one position beside their keys.

    (Moving both would go unnoticed: a key carries its position in itself, and attention does not
    mind the order of its rows.)
    """

    def read(self, ids, into):
        known, values = super().read(ids, into), CONFIG.n_kv_heads
        into.room[:, 0, values:, :known] = into.room[:, 0, values:, :known].roll(1, dims=2)
        return known


class ByContent(PrefixKV):
    """Knows a block by its own tokens, whatever stands before it."""

    def __init__(self, *args) -> None:
        super().__init__(*args)
        self.seen: dict[tuple[int, ...], torch.Tensor] = {}

    def read(self, ids, into):
        while len(ids) - into.length > BLOCK:
            start = into.length
            block = self.seen.get(tuple(ids[start : start + BLOCK]))
            if block is None:
                break
            into.room[:, 0, :, start : start + BLOCK] = block
            into.length += BLOCK
        return into.length

    def keep(self, ids, cache):
        for start in range(0, len(ids) - BLOCK + 1, BLOCK):
            block = cache.room[:, 0, :, start : start + BLOCK].clone()
            self.seen[tuple(ids[start : start + BLOCK])] = block


class NeverStored(PrefixKV):
    """Keeps the tokens of a new block and forgets to copy its keys and values."""

    def keep(self, ids, cache):
        self.kept.keep(ids)
        self.room.zero_()


@pytest.mark.parametrize("wrong", [ValuesAstray, ByContent, NeverStored])
def test_a_wrong_prefix_cache_is_caught(wrong: type[PrefixKV]) -> None:
    draw = random.Random(4)
    one, other = ([draw.randrange(256) for _ in range(2 * BLOCK)] for _ in range(2))
    asked = [[*one, 1], [*other, 2], [*one, 3], [*one[:BLOCK], *other[BLOCK:], 4],
             [*one[BLOCK:], *one[:BLOCK], 5]]  # fmt: skip
    assert worst(PrefixKV(CONFIG, 50, torch.float32, "cpu"), asked)[0] < 1e-4
    assert worst(wrong(CONFIG, 50, torch.float32, "cpu"), asked)[0] > 1e-3


def unit(*values: float) -> torch.Tensor:
    return torch.nn.functional.normalize(torch.tensor(values).float(), dim=0)


def filled(policy: Eviction = "lru", threshold: float = 0.9) -> SemanticCache:
    held = SemanticCache(policy, 3, 100, threshold)
    held.put("east", unit(1, 0), Answer("E", 1), 0)
    held.put("north-east", unit(1, 1), Answer("NE", 2), 1)
    return held


@pytest.mark.parametrize("policy", EVICTIONS)
def test_the_nearest_text_answers_if_it_is_near_enough(policy: Eviction) -> None:
    found = filled(policy).get("nearly north-east", unit(1, 0.9), 2)
    assert found is not None
    assert (found.asked, found.answer.text) == ("north-east", "NE")
    assert 0.99 < found.similarity < 1
    assert filled(policy).get("north", unit(0, 1), 2) is None
    assert SemanticCache(policy, 3, 100, 0.0).get("first", unit(1, 0), 0) is None


def test_the_text_itself_comes_before_anything_near() -> None:
    held = filled(threshold=0.5)
    found = held.get("east", unit(1, 1), 2)
    assert found is not None
    assert (found.asked, found.similarity) == ("east", 1.0)


def test_a_hit_by_meaning_counts_as_a_use() -> None:
    held = filled()
    assert held.get("almost east", unit(1, 0.05), 2) is not None
    held.put("south", unit(0, -1), Answer("S", 3), 3)
    held.put("west", unit(-1, 0), Answer("W", 4), 4)  # north-east has to leave
    assert set(held.held.values(5)) == {"east", "south", "west"}
