"""Keys of the classification cards against arithmetic on the numbers that the learner sees."""

import pytest

from lesson_core.learn.figures.classification import classification as figures
from lesson_core.learn.questions import classification
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", range(20))
def test_calibration_error(seed: int) -> None:
    card = classification.ece(seed)
    gaps = [abs(seen(card, f"sure_{x}") - seen(card, f"right_{x}")) for x in "abc"]
    assert gaps == [seen(card, f"gap_{x}") for x in "abc"]
    total = sum(seen(card, f"n_{x}") for x in "abc")
    weighted = sum(gap * seen(card, f"n_{x}") for gap, x in zip(gaps, "abc", strict=True))
    assert card.answer == pytest.approx(weighted / total)
    assert total == seen(card, "total")


@pytest.mark.parametrize("seed", range(20))
def test_size_of_a_head(seed: int) -> None:
    card = classification.head(seed)
    weights = sum(1 for _ in range(int(seen(card, "classes")))
                  for _ in range(int(seen(card, "width")) + 1))  # fmt: skip
    assert weights == seen(card, "numbers")
    assert card.answer == pytest.approx(4 * weights / 1000)


@pytest.mark.parametrize("seed", range(20))
def test_balanced_accuracy(seed: int) -> None:
    card = classification.balanced(seed)
    recalls = [seen(card, "hit") / seen(card, "large"), seen(card, "found") / seen(card, "small")]
    assert card.answer == pytest.approx(50 * sum(recalls))
    assert recalls[0] > recalls[1]  # the rare class is the one that is lost
    assert seen(card, "recall_small") == pytest.approx(100 * recalls[1], abs=0.06)


@pytest.mark.parametrize("name", ["ece", "head", "balanced"])
@pytest.mark.parametrize("seed", range(30))
def test_no_slip_is_the_answer(name: str, seed: int) -> None:
    card = getattr(classification, name)(seed)
    for slip, wrong in card.slips.items():
        assert abs(wrong - card.answer) > card.rel_tol * abs(card.answer), slip


def test_figures_of_the_lesson() -> None:
    found = figures()
    assert found["cl_sentences"] == "312" and found["cl_classes"] == "12"
    ratio = float(found["cl_8b_ms"]) * 1e3 / float(found["cl_small_us"])
    assert float(found["cl_ratio"]) == pytest.approx(ratio, rel=0.02)
    batch = float(found["cl_least_ms"]) / float(found["cl_short_ms"])
    assert float(found["cl_batch"]) == pytest.approx(batch, abs=1)
