"""Training batches: the shift by one, padding, and every sentence once per epoch."""

import itertools

import pytest
import torch

from lesson_core.model.attending import PAD
from lesson_core.tasks.translate import batches, subwords
from lesson_core.tasks.translate.batches import Batches
from lesson_core.tasks.translate.subwords import EOS, START
from tests.tasks.translate import toy

PAIRS = toy.pairs(60)


@pytest.fixture(scope="module")
def made() -> Batches:
    return Batches(PAIRS, subwords.learn(PAIRS, 80), tokens=120, seed=1)


def test_what_is_wanted_is_what_is_shown_one_step_later(made: Batches) -> None:
    batch = batches.collate([[7, 8], [9]], [[10, 11, 12], [13]], [3, 4])
    assert batch.source.tolist() == [[7, 8, EOS], [9, EOS, PAD]]
    assert batch.shown.tolist() == [[3, 10, 11, 12], [4, 13, PAD, PAD]]
    assert batch.wanted.tolist() == [[10, 11, 12, EOS], [13, EOS, PAD, PAD]]
    _, real = next(made.stream(0, None))
    follows = real.wanted[:, :-1].clone()
    follows[follows == EOS] = PAD
    torch.testing.assert_close(real.shown[:, 1:], follows)


def test_an_epoch_is_every_pair_in_both_directions(made: Batches) -> None:
    seen = [(item.pair, item.target) for group in made.epoch(3) for item in group]
    assert sorted(seen) == sorted((n, code) for n in range(60) for code in ("en", "zh"))
    assert made.epoch(3) == made.epoch(3) != made.epoch(4)


def test_no_batch_is_larger_than_asked(made: Batches) -> None:
    for group in made.epoch(0):
        batch = made.make(group, None)
        assert batch.wanted.numel() <= 120
        assert batch.source.numel() <= 120


def test_each_row_is_a_pair_in_its_direction(made: Batches) -> None:
    cut = made.subwords
    group = made.epoch(0)[0]
    batch = made.make(group, None)
    for row, item in enumerate(group):
        pair, source = PAIRS[item.pair], batches.other(item.target)
        assert cut.decode(batch.source[row].tolist(), source) == pair.text(source)
        assert cut.decode(batch.wanted[row].tolist(), item.target) == pair.text(item.target)
        assert int(batch.shown[row, 0]) == START[item.target]


def test_the_stream_goes_on_where_it_stopped(made: Batches) -> None:
    whole = [b.wanted.tolist() for _, b in itertools.islice(made.stream(0, None), 30)]
    rest = [b.wanted.tolist() for _, b in itertools.islice(made.stream(17, None), 13)]
    assert rest == whole[17:]
