"""The cost of a step: a known law is found again, an unknown one is met nearby."""

import random

import pytest

from lesson_core.theory import efficiency, step_time
from lesson_core.theory.deployment import Deployment
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import architecture
from lesson_core.theory.schemes import named
from lesson_core.theory.software import CLASSES
from lesson_core.theory.step_time import StepLoad, StepPrices

TRUE = StepPrices(
    knots=(1, 2, 4, 8, 16, 32, 64, 128, 256), context=2e-6, pairs=3e-7, sequences=8e-5,
    prompts=2e-4,
    base=(0.008, 0.010, 0.011, 0.012, 0.013, 0.016, 0.026, 0.040, 0.070),
)  # fmt: skip


def mixtures(count, seed=0):
    draw = random.Random(seed)
    for _ in range(count):
        answers, chunk = draw.choice((0, 1, 2, 4, 8, 16, 30)), draw.choice((0, 8, 32, 100, 200))
        if answers + chunk:
            yield StepLoad(
                rows=answers + chunk, sequences=answers + bool(chunk), prompts=bool(chunk),
                context=answers * draw.randint(1, 900),
                pairs=step_time.prompt_pairs(draw.randint(0, 900), chunk),
            )  # fmt: skip


def test_the_prices_of_a_known_machine_are_found_again():
    """Rows beyond the last knot that fits are on the same line, so the fit predicts them too."""
    loads = [*mixtures(120), *(StepLoad(rows=n, sequences=1) for n in TRUE.knots)]
    found = step_time.fit(loads, [TRUE.seconds(load) for load in loads])
    for load in mixtures(60, seed=1):
        assert found.seconds(load) == pytest.approx(TRUE.seconds(load), rel=0.01)


def test_noise_moves_predictions_less_than_itself():
    draw = random.Random(5)
    loads = list(mixtures(200, seed=2))
    noisy = [TRUE.seconds(load) * draw.gauss(1, 0.1) for load in loads]
    found = step_time.fit(loads, noisy)
    off = [abs(e) for e in step_time.errors(found, loads, [TRUE.seconds(a) for a in loads])]
    assert sorted(off)[len(off) // 2] < 0.05


def test_parts_add_up_and_a_long_context_costs():
    short, long = (StepLoad(rows=4, sequences=4, context=n, moved=3) for n in (40, 4000))
    prices = StepPrices(**{**vars(TRUE), "moved": 1e-5})
    assert sum(prices.parts(short).values()) == pytest.approx(prices.seconds(short))
    assert prices.seconds(long) - prices.seconds(short) == pytest.approx(3960 * 2e-6)
    assert prices.parts(short)["moved"] == pytest.approx(3e-5)


def test_every_new_token_of_a_prompt_looks_at_itself_and_all_before():
    by_hand = sum(at + 1 for at in range(7, 12))
    assert step_time.prompt_pairs(7, 5) == by_hand
    load = step_time.load_of([(1, 7, 5, "prefill"), (2, 30, 1, "decode")], moved=2)
    assert load == StepLoad(rows=6, sequences=2, prompts=1, context=31, pairs=by_hand, moved=2)


def test_hardware_elsewhere_takes_the_same_form():
    scheme = named("bf16", "", packs_head=False)
    there = Deployment(
        model=architecture("Llama-3.1-8B"), hardware=hardware()["H100 SXM"], cards=1,
        scheme=scheme, software=CLASSES["server"],
    )  # fmt: skip
    prices = step_time.elsewhere(there)
    for rows, context in ((1, 500), (8, 2000), (48, 1000), (200, 500)):
        load = StepLoad(rows=rows, sequences=rows, context=rows * context)
        said = efficiency.decode(there, context, rows).seconds
        assert prices.seconds(load) == pytest.approx(said, rel=0.12)
    prompt = StepLoad(rows=2048, sequences=1, prompts=1, pairs=step_time.prompt_pairs(0, 2048))
    assert prices.seconds(prompt) == pytest.approx(efficiency.prefill(there, 2048).seconds, rel=0.2)
