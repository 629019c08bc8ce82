"""Perplexity: every token once, weighted by tokens, the same however the text is cut."""

import itertools
import math
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from lesson_core.errors import LabError
from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks import quality
from tests.model.tiny import tiny_model


class Numbers:
    """A tokenizer for texts that are numbers: “7 12 3”. Each token spells two bytes."""

    def encode(self, text: str) -> list[int]:
        return [int(word) for word in text.split()]

    def token_bytes(self, token_id: int) -> bytes:
        return b"%2d" % token_id


NUMBERS: Any = Numbers()


def text(length: int, seed: int = 5) -> str:
    draw = torch.Generator().manual_seed(seed)
    return " ".join(str(int(i)) for i in torch.randint(0, 50, (length,), generator=draw))


@torch.inference_mode()
def one_by_one(model: Transformer, ids: list[int]) -> list[float]:
    """The slow twin: −ln p of each token but the first, read one at a time through a cache."""
    cache = KVCache(model.config, 1, len(ids), torch.float32, "cpu")
    found = []
    for token, target in itertools.pairwise(ids):
        scores = model(torch.tensor([[token]]), cache)[0, -1]
        found.append(-float(scores.log_softmax(dim=-1)[target]))
    return found


@pytest.mark.parametrize("length", [2, 3, 17, 32, 33])
def test_a_text_that_fits_equals_the_plain_loop(length: int) -> None:
    model = tiny_model()
    found = quality.score(model, NUMBERS, [text(length)])
    expected = one_by_one(model, NUMBERS.encode(text(length)))
    assert found.tokens == length - 1
    assert found.nll == pytest.approx(sum(expected), rel=1e-5)
    assert found.perplexity == pytest.approx(math.exp(sum(expected) / len(expected)), rel=1e-5)


@pytest.mark.parametrize(
    ("tokens", "length", "stride"),
    [(100, 33, 16), (33, 33, 16), (34, 33, 32), (95, 8, 1), (2, 9, 4)],
)
def test_across_windows_each_token_counts_once_with_its_context(
    tokens: int, length: int, stride: int
) -> None:
    ids = NUMBERS.encode(text(tokens))
    cut = quality.windows(ids, length, stride)
    scored = [token for window in cut for token in window.ids[-window.scored :]]
    assert scored == ids[1:]
    position = 1
    for window in cut:
        before = len(window.ids) - window.scored  # what the first scored token sees
        assert window.ids == ids[position - before : position + window.scored]
        assert len(window.ids) <= length
        assert before == position or before >= length - stride
        position += window.scored


def test_a_long_text_is_scored_with_the_context_of_its_windows() -> None:
    model, ids = tiny_model(), NUMBERS.encode(text(80))
    expected = 0.0
    for window in quality.windows(ids, 33, 16):
        expected += sum(one_by_one(model, window.ids)[-window.scored :])
    assert quality.score(model, NUMBERS, [text(80)]).nll == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("rows", [1, 2, 3, 8])
def test_batches_and_padding_change_nothing(rows: int) -> None:
    model = tiny_model()
    texts = [text(length, seed=length) for length in (3, 30, 7, 21, 2)]
    expected = sum(sum(one_by_one(model, NUMBERS.encode(t))) for t in texts)
    found = quality.score(model, NUMBERS, texts, rows=rows)
    assert found.tokens == 2 + 29 + 6 + 20 + 1
    assert found.nll == pytest.approx(expected, rel=1e-5)
    assert found.bytes == 2 * found.tokens


def mean_of_batch_means(model: Transformer, texts: list[str], rows: int) -> float:
    """Known wrong, and common: the mean of each batch's mean loss, whatever its length."""
    means = []
    for group in quality.batches([NUMBERS.encode(t) for t in texts], 33, rows):
        inputs, targets = quality.batch(group)
        scores = quality.logits(model, inputs).flatten(0, 1)
        means.append(float(F.cross_entropy(scores, targets.flatten(), ignore_index=-100)))
    return math.exp(sum(means) / len(means))


def test_the_mean_of_batch_means_is_another_number() -> None:
    """It depends on how the texts were batched; the right one does not."""
    model = tiny_model()
    model.head.weight.data.mul_(20)  # sure of itself, so that tokens differ in what they cost
    texts = [text(length, seed=length) for length in (30, 28, 3, 2)]
    right = [quality.score(model, NUMBERS, texts, rows=rows).perplexity for rows in (1, 2, 3)]
    wrong = [mean_of_batch_means(model, texts, rows) for rows in (1, 2, 3)]
    assert right == pytest.approx([right[0]] * 3, rel=1e-4)
    assert all(abs(value / right[0] - 1) > 0.02 for value in wrong)
    assert abs(wrong[0] / wrong[1] - 1) > 0.02


def test_counting_padding_is_another_number() -> None:
    """Known wrong: padding scored as if token 0 had been meant. It flatters: 0 is easy after 0."""
    model = tiny_model()
    group = quality.windows(NUMBERS.encode(text(30)), 33, 16)
    group += quality.windows(NUMBERS.encode(text(4)), 33, 16)
    inputs, targets = quality.batch(group)
    scores = quality.logits(model, inputs)
    right = quality.nll(scores, targets) / int((targets != quality.IGNORED).sum())
    padded = targets.masked_fill(targets == quality.IGNORED, 0)
    assert quality.nll(scores, padded) / padded.numel() < 0.8 * right


def test_a_uniform_model_costs_the_logarithm_of_its_vocabulary() -> None:
    model = tiny_model()
    model.head.weight.data.zero_()
    found = quality.score(model, NUMBERS, [text(20)])
    assert found.perplexity == pytest.approx(50, rel=1e-5)
    assert found.bits_per_byte == pytest.approx(math.log2(50) / 2, rel=1e-5)


def test_a_text_of_one_token_predicts_nothing() -> None:
    with pytest.raises(LabError, match="text_too_short"):
        quality.score(tiny_model(), NUMBERS, ["7", ""])


def test_a_window_needs_room_for_a_new_token() -> None:
    for stride in (0, 8, 9):
        with pytest.raises(ValueError, match="stride"):
            quality.windows([1, 2, 3], 8, stride)


def test_an_int8_cache_is_heard() -> None:
    model, inputs = tiny_model(), torch.tensor([NUMBERS.encode(text(20))])
    plain, packed = quality.logits(model, inputs), quality.logits(model, inputs, "int8")
    torch.testing.assert_close(plain, model(inputs, NoCache()))
    assert not torch.equal(plain, packed)
    torch.testing.assert_close(packed, plain, atol=0.03 * float(plain.abs().max()), rtol=0)
