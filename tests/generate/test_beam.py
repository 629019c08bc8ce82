"""Greedy and beam search: against their slow twin, against all answers there are, and by hand."""

import itertools
import math

import pytest
import torch

from lesson_core.generate import beam as search
from lesson_core.generate.beam import Answer, Ends, beam, greedy, greedy_without_cache
from lesson_core.model.attending import PAD, Past, Shape
from lesson_core.model.encoder_decoder import EncoderDecoder

SHAPE = Shape(
    vocab_size=9, d_model=16, n_heads=2, d_ff=24, encoder_layers=1, decoder_layers=2, max_len=32
)
ENDS = Ends(start=3, eos=1, never=(2, 3, 4), max_new=4)


def sharp_model(seed: int) -> EncoderDecoder:
    """Random weights, but with opinions: answers differ in likelihood and in length."""
    torch.manual_seed(seed)
    model = EncoderDecoder(SHAPE)
    for name, weight in model.named_parameters():
        if weight.dim() == 2 and name != "embedding.weight":
            weight.data *= 4
    return model.requires_grad_(False).eval()


def sources(seed: int, rows: int = 3) -> torch.Tensor:
    torch.manual_seed(seed + 100)
    source = torch.randint(5, 9, (rows, 6))
    source[:, 5] = 1
    source[1:, 4], source[1:, 5] = 1, PAD
    return source


def log_prob(
    model: EncoderDecoder, source: torch.Tensor, ids: list[int], ended: bool = True
) -> float:
    """The sum of log probabilities of an answer with its end, in one pass without a cache."""
    wanted = torch.tensor([*ids, ENDS.eos] if ended else ids)
    logits = model(source, torch.tensor([[ENDS.start, *ids]]))[0, : len(wanted)]
    logits[:, [PAD, *ENDS.never]] = -torch.inf
    return float(logits.log_softmax(dim=-1)[range(len(wanted)), wanted].sum())


def every_answer(model: EncoderDecoder, source: torch.Tensor) -> list[Answer]:
    """All ended answers shorter than the limit."""
    free = [5, 6, 7, 8]
    rows = [
        list(ids) for size in range(ENDS.max_new) for ids in itertools.product(free, repeat=size)
    ]
    return [Answer(ids, log_prob(model, source, ids), True) for ids in rows]


@pytest.mark.parametrize("seed", range(6))
def test_greedy_is_its_slow_twin(seed: int) -> None:
    model, source = sharp_model(seed), sources(seed)
    fast, slow = greedy(model, source, ENDS), greedy_without_cache(model, source, ENDS)
    assert [a.ids for a in fast] == [a.ids for a in slow]
    assert [a.ended for a in fast] == [a.ended for a in slow]
    assert [a.log_prob for a in fast] == pytest.approx([a.log_prob for a in slow], abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_greedy_in_a_batch_is_greedy_alone(seed: int) -> None:
    model, source = sharp_model(seed), sources(seed)
    together = greedy(model, source, ENDS)
    for row, answer in zip(source, together, strict=True):
        alone = greedy(model, row[row != PAD][None], ENDS)[0]
        assert alone.ids == answer.ids
        assert alone.log_prob == pytest.approx(answer.log_prob, abs=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_one_beam_is_greedy(seed: int) -> None:
    model, source = sharp_model(seed), sources(seed, rows=1)
    assert (
        beam(model, source, ENDS, beams=1, alpha=0.0)[0].ids == greedy(model, source, ENDS)[0].ids
    )


@pytest.mark.parametrize("alpha", [0.0, 0.6, 1.0])
@pytest.mark.parametrize("seed", range(4))
def test_enough_beams_find_the_best_answer_there_is(seed: int, alpha: float) -> None:
    model, source = sharp_model(seed), sources(seed, rows=1)
    best = max(every_answer(model, source), key=lambda a: a.score(alpha))
    found = beam(model, source, ENDS, beams=200, alpha=alpha)[0]
    assert found.ids == best.ids
    assert found.log_prob == pytest.approx(best.log_prob, abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_sums_are_those_of_the_whole_answer(seed: int) -> None:
    """The cache follows its beam when beams die and branch."""
    model, source = sharp_model(seed), sources(seed, rows=1)
    for answer in beam(model, source, ENDS, beams=8, alpha=0.6):
        again = log_prob(model, source, answer.ids, answer.ended)
        assert answer.log_prob == pytest.approx(again, abs=1e-4)


def test_that_test_sees_a_cache_that_stays_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    def stays(self: Past, rows: torch.Tensor) -> None:
        again = torch.arange(len(rows)) % len(self.seen)
        choose(self, again)

    choose = Past.select
    monkeypatch.setattr(Past, "select", stays)
    with pytest.raises(AssertionError):
        for seed in range(4):
            test_sums_are_those_of_the_whole_answer(seed)


def test_length_counts() -> None:
    """−3.0 over two tokens is worse per token than −3.6 over five."""
    short, long = Answer([5], -3.0, True), Answer([5, 6, 7, 8], -3.6, True)
    assert short.score(0.0) > long.score(0.0)
    assert short.score(1.0) < long.score(1.0)
    assert long.score(1.0) == pytest.approx(-3.6 / (10 / 6))


def test_beam_does_not_ignore_length() -> None:
    """Over many sources, a larger alpha gives longer answers; one that ignores it does not."""
    lengths = {
        alpha: sum(
            len(beam(sharp_model(seed), sources(seed, rows=1), ENDS, beams=50, alpha=alpha)[0].ids)
            for seed in range(8)
        )
        for alpha in (0.0, 2.0)
    }
    assert lengths[2.0] > lengths[0.0]


def test_what_may_not_be_written_is_not() -> None:
    model, source = sharp_model(1), sources(1, rows=1)
    for answer in beam(model, source, ENDS, beams=8, alpha=0.0):
        assert not {PAD, *ENDS.never} & set(answer.ids)


def test_hopeless_never_stops_too_early() -> None:
    done = [Answer([5], -2.0, True), Answer([6], -2.2, True)]
    assert not search.hopeless(-2.1, 2, done, ENDS, 0.0, beams=2)
    assert search.hopeless(-2.3, 2, done, ENDS, 0.0, beams=2)
    bound = -2.2 / ((5 + 2) / 6) ** 0.6  # what the second has
    at_most = bound * ((5 + ENDS.max_new) / 6) ** 0.6
    assert not search.hopeless(at_most + 0.01, 2, done, ENDS, 0.6, beams=2)
    assert search.hopeless(at_most - 0.01, 2, done, ENDS, 0.6, beams=2)
    assert math.isfinite(at_most)
