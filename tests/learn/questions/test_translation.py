"""Keys of the translation cards against arithmetic on the numbers that the learner sees."""

import math

import pytest

from lesson_core.learn.figures.translation import translation as figures
from lesson_core.learn.questions import translation
from lesson_core.schema.question import Posed


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", range(20))
def test_passes_step_by_step(seed: int) -> None:
    card = translation.passes(seed)
    steps = range(1, int(seen(card, "written")) + 1)
    assert card.answer == sum(seen(card, "read") + step for step in steps)
    assert seen(card, "triangle") == sum(steps)


@pytest.mark.parametrize("seed", range(40))
def test_the_longer_one_wins_only_after_the_correction(seed: int) -> None:
    card = translation.length(seed)
    norm = {n: ((5 + seen(card, n)) / 6) ** 0.8 for n in ("short", "long")}
    sums = {n: seen(card, f"sum_{n}") for n in norm}
    assert sums["long"] < sums["short"] < 0
    assert card.answer == pytest.approx(sums["long"] / norm["long"] - sums["short"] / norm["short"])
    assert card.answer > 0
    for n, value in norm.items():
        assert seen(card, f"norm_{n}") == pytest.approx(value, rel=1e-3)


@pytest.mark.parametrize("seed", range(20))
def test_a_short_output_is_punished(seed: int) -> None:
    card = translation.brevity(seed)
    assert seen(card, "written") < seen(card, "wanted")
    precisions = [seen(card, "precision")] * 4
    mean = math.exp(sum(map(math.log, precisions)) / 4)
    penalty = math.exp(1 - seen(card, "wanted") / seen(card, "written"))
    assert card.answer == pytest.approx(mean * penalty)


@pytest.mark.parametrize("name", ["passes", "length", "brevity"])
@pytest.mark.parametrize("seed", range(30))
def test_no_slip_is_the_answer(name: str, seed: int) -> None:
    card = getattr(translation, name)(seed)
    for slip, wrong in card.slips.items():
        assert abs(wrong - card.answer) > card.rel_tol * abs(card.answer), slip


def test_figures_of_the_lesson() -> None:
    found = {name: float(text.replace(",", "")) for name, text in figures().items()}
    assert found["tr_kv_beam_mb"] == pytest.approx(found["tr_beams"] * found["tr_kv_mb"], abs=1)
    assert found["tr_decode_ms"] > found["tr_tokens"] * 4  # 16 GB over 3.35 TB/s is over 4 ms
