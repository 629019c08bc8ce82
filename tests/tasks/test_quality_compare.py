"""Distance to the original: nothing for itself, and each number by its definition."""

import copy

import pytest
import torch

from lesson_core.tasks import quality, quality_compare, quality_report
from tests.model.tiny import tiny_model
from tests.tasks.test_quality import NUMBERS, text

TEXTS = [text(20, 1), text(31, 2), text(5, 3)]


def shaken(amount: float) -> torch.nn.Module:
    model = copy.deepcopy(tiny_model())
    torch.manual_seed(9)
    for weight in model.parameters():
        weight.data += amount * torch.randn_like(weight)
    return model


def test_a_model_is_at_no_distance_from_itself() -> None:
    model = tiny_model()
    same = quality_compare.divergence(model, model, NUMBERS, TEXTS)
    assert same.kl == pytest.approx(0, abs=1e-7)
    assert same.same_favourite == 1
    assert same.tokens == quality.score(model, NUMBERS, TEXTS).tokens
    assert quality_compare.agreement(model, model, NUMBERS, TEXTS, 9) == (9, 9)


def test_kl_is_its_definition_and_has_a_direction() -> None:
    draw = torch.Generator().manual_seed(3)
    p, q = torch.randn(2, 4, 6, generator=draw), torch.randn(2, 4, 6, generator=draw)
    found = quality_compare.kl(p, q)
    for row in range(2):
        for place in range(4):
            a, b = p[row, place].softmax(0), q[row, place].softmax(0)
            expected = sum(float(x) * float((x / y).log()) for x, y in zip(a, b, strict=True))
            assert float(found[row, place]) == pytest.approx(expected, rel=1e-4)
    assert not torch.allclose(found, quality_compare.kl(q, p))


def test_the_mean_is_over_tokens_not_over_texts() -> None:
    model, other = tiny_model(), shaken(0.1)
    apart = [quality_compare.divergence(model, other, NUMBERS, [t]) for t in TEXTS]
    total = sum(part.kl * part.tokens for part in apart) / sum(part.tokens for part in apart)
    together = quality_compare.divergence(model, other, NUMBERS, TEXTS)
    assert together.kl == pytest.approx(total, rel=1e-4)
    assert together.kl != pytest.approx(sum(part.kl for part in apart) / 3, rel=1e-2)


def test_the_more_it_is_shaken_the_farther_it_is() -> None:
    model = tiny_model()
    found = [quality_compare.divergence(model, shaken(a), NUMBERS, TEXTS) for a in (0.01, 0.1, 0.5)]
    assert found[0].kl < found[1].kl < found[2].kl
    assert found[0].same_favourite > found[2].same_favourite


def test_agreement_ends_at_the_first_difference() -> None:
    assert quality_compare.common_prefix([1, 2, 3, 4], [1, 2, 9, 4]) == 2
    assert quality_compare.common_prefix([1, 2], [1, 2]) == 2
    assert quality_compare.common_prefix([5], [1]) == 0


def test_texts_without_a_prompt_are_left_out() -> None:
    model = tiny_model()
    assert len(quality_compare.agreement(model, model, NUMBERS, TEXTS, 4)) == 2
    assert quality_compare.agreement(model, model, NUMBERS, [TEXTS[2]], 4) == ()


def test_a_report_says_everything_per_text() -> None:
    model, other = tiny_model(), shaken(0.1)
    found = quality_report.report(model, other, NUMBERS, {"en": TEXTS[:2], "wikitext2": TEXTS})
    en = found["texts"]["en"]
    assert en["perplexity"] == pytest.approx(
        quality.score(other, NUMBERS, TEXTS[:2]).perplexity, rel=1e-5
    )
    assert en["kl"] > 0
    assert len(found["agreement"]["lengths"]) == 2  # of the project's own texts
    assert quality_report.report(model, other, NUMBERS, {"x": TEXTS})["agreement"] is None
