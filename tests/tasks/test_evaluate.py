"""Padding, modes and entropy: what each mistake adds, against plain loops."""

import math
from typing import Any

import pytest
import torch

from lesson_core.tasks import evaluate, quality
from lesson_core.theory.perplexity import per_token
from tests.model.tiny import tiny_model
from tests.tasks.test_quality import NUMBERS, one_by_one, text

LENGTHS = (3, 9, 20, 5, 14)


def batches(rows: int) -> list[Any]:
    documents = [NUMBERS.encode(text(n, seed=n)) for n in LENGTHS]
    return evaluate.in_batches(documents, 32, rows)


def counted(rows: int) -> list[evaluate.Counted]:
    model = tiny_model()
    found = []
    for group in batches(rows):
        inputs, targets = quality.batch(group)
        found.append(evaluate.counted(quality.logits(model, inputs), targets))
    return found


def by_hand() -> float:
    """The slow twin: every document by itself, token by token; nats per token."""
    model = tiny_model()
    losses = [one_by_one(model, NUMBERS.encode(text(n, seed=n))) for n in LENGTHS]
    return sum(map(sum, losses)) / sum(map(len, losses))


@pytest.mark.parametrize("rows", [1, 2, 3, 5])
def test_the_right_sum_does_not_know_how_it_was_batched(rows: int) -> None:
    right = [one.right for one in counted(rows)]
    assert sum(b.tokens for b in right) == sum(LENGTHS) - len(LENGTHS)
    assert per_token(right) == pytest.approx(by_hand(), rel=1e-5)


def test_padding_is_counted_where_rows_differ_and_only_there() -> None:
    assert all(one.padding == 0 and one.right == one.padded for one in counted(1))
    padded = [one.padded for one in counted(2)]
    assert sum(one.padding for one in counted(2)) == (9 - 3) + (20 - 5)
    assert abs(per_token(padded) - by_hand()) > 0.01


def test_a_long_piece_is_cut_and_every_token_but_the_first_is_scored() -> None:
    ids = NUMBERS.encode(text(100))
    found = evaluate.in_batches([ids], 32, 2)
    assert sum(window.scored for group in found for window in group) == 99
    _, targets = quality.batch(found[0])
    assert (targets != quality.IGNORED).all()


def test_loss_and_entropy_token_by_token() -> None:
    model, ids = tiny_model(), NUMBERS.encode(text(20))
    inputs, targets = quality.batch(quality.windows(ids, 32, 16))
    scores = quality.logits(model, inputs)
    told = evaluate.told(scores, targets)
    assert told.nll.tolist() == pytest.approx(one_by_one(model, ids), rel=1e-4)
    p = scores[0].softmax(dim=-1)
    assert told.entropy.tolist() == pytest.approx((-(p * p.log()).sum(dim=-1)).tolist(), rel=1e-4)


def test_a_model_that_knows_nothing_promises_its_vocabulary() -> None:
    told = evaluate.told(torch.zeros(1, 4, 50), torch.tensor([[1, 2, 3, quality.IGNORED]]))
    assert told.nll.tolist() == pytest.approx([math.log(50)] * 3)
    assert told.entropy.tolist() == pytest.approx([math.log(50)] * 3)


def test_training_mode_is_noise_and_evaluation_is_not() -> None:
    torch.manual_seed(3)
    model = tiny_model()
    found = evaluate.modes(model, batches(5)[0], 0.2)
    assert found["eval"] == [found["plain"][0]] * 2
    assert found["train"][0] != found["train"][1]
    assert all(loss != found["plain"][0] for loss in found["train"])


def test_after_dropout_the_model_is_as_it_was() -> None:
    model = tiny_model()
    before = evaluate.modes(model, batches(5)[0], 0.5)["plain"]
    with pytest.raises(RuntimeError), evaluate.with_dropout(model, 0.5):
        model.train()
        raise RuntimeError
    assert not model.training
    assert evaluate.modes(model, batches(5)[0], 0.5)["plain"] == before
