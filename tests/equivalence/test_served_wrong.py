"""Mistakes of a paged engine, put in on purpose: the comparison with single requests sees each."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch
from torch import Tensor

from lesson_core.serve.paged import BlockCache, KVPool
from lesson_core.serve.request import Plan
from tests.serve.alone import POLICIES, alone, family, requests, served


def answers_alike(policy: dict[str, Any]) -> bool:
    model = family("llama")
    asked = requests(model.config.vocab_size)
    return served(model, policy, asked) == alone(model, asked)


def test_nothing_wrong() -> None:
    assert answers_alike(POLICIES["swap"])


@pytest.mark.parametrize("shift", [-1, 1])
def test_a_place_in_the_block_that_is_off_by_one(shift: int, monkeypatch) -> None:
    right = KVPool.write

    def wrong(self: KVPool, layer: int, table: Tensor, start: int, k: Tensor, v: Tensor) -> None:
        first = min(max(start + shift, 0), len(table) * self.block_size - k.shape[1])
        right(self, layer, table, first, k, v)

    monkeypatch.setattr(KVPool, "write", wrong)
    assert not answers_alike({})


def test_a_position_that_is_off_by_one(monkeypatch) -> None:
    def wrong(self: BlockCache, token_ids: Tensor) -> tuple[Tensor, int]:
        return token_ids, self.length + 1

    monkeypatch.setattr(BlockCache, "begin", wrong)
    # A rotation of everything by one changes no distance: only learned positions notice.
    model = family("gpt2")
    asked = requests(model.config.vocab_size)
    assert served(model, {}, asked) != alone(model, asked)


def test_a_stale_block_after_swapping(monkeypatch) -> None:
    def wrong(self: KVPool, plan: Plan) -> None:
        for source, target in plan.copies:
            self.room[target] = self.room[source]

    monkeypatch.setattr(KVPool, "move", wrong)
    assert not answers_alike(POLICIES["swap"])


def test_blocks_swapped_in_before_they_are_out(monkeypatch) -> None:
    def wrong(self: KVPool, plan: Plan) -> None:
        for source, target in plan.copies:
            self.room[target] = self.room[source]
        for block, slot in plan.swap_out:  # too late: the copies have overwritten some
            self._host[slot] = self.room[block].clone()
        for block, _ in plan.swap_in:
            self.room[block] = 0

    monkeypatch.setattr(KVPool, "move", wrong)
    assert not answers_alike(POLICIES["swap"])


def test_a_shared_block_that_is_written_without_a_copy(monkeypatch) -> None:
    def wrong(self: KVPool, plan: Plan) -> None:
        plan.copies.clear()

    monkeypatch.setattr(KVPool, "move", wrong)
    assert not answers_alike({})


def test_a_piece_of_a_prompt_that_does_not_see_its_prefix(monkeypatch) -> None:
    right = BlockCache.append

    def wrong(self: BlockCache, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        right(self, layer, keys, values)
        return keys, values

    monkeypatch.setattr(BlockCache, "append", wrong)
    assert not answers_alike(POLICIES["small pieces"])


def test_a_block_table_in_another_order(monkeypatch) -> None:
    def wrong(self: BlockCache, pool: KVPool, table: Sequence[int], length: int) -> None:
        self.pool, self.length, self.mask = pool, length, None
        self.table = torch.tensor([*table[1:], table[0]])

    monkeypatch.setattr(BlockCache, "__init__", wrong)
    assert not answers_alike({"block_size": 4, "blocks": 60})  # wrong as soon as a table grows
