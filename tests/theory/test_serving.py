"""The planner's arithmetic: what fits, what it costs, and what it refuses."""

import itertools

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import efficiency, serving
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import architecture
from lesson_core.theory.serving import Wish

LLAMA = Wish(model="Llama-3.1-70B", device="H100 SXM", cards=4, prompt=8000, answer=192, batch=32)


def changed(**values: object) -> Wish:
    return Wish(**{**vars(LLAMA), **values})


def test_memory_is_weights_and_caches_in_nine_tenths_of_the_cards() -> None:
    found = serving.memory(LLAMA)
    assert found.weights == 2 * 70_553_706_496
    assert found.sequence == 8192 * 327_680
    assert found.usable == pytest.approx(4 * 72e9)
    assert found.per_card == pytest.approx((found.weights + 32 * found.sequence) / 4)
    assert found.fits
    assert found.cards == 4
    assert found.most == int((4 * 72e9 - found.weights) // found.sequence)


def test_one_more_than_fits_does_not_fit() -> None:
    most = serving.memory(LLAMA).most
    assert serving.memory(changed(batch=most)).fits
    assert not serving.memory(changed(batch=most + 1)).fits
    alone = serving.memory(changed(cards=1))
    assert (alone.fits, alone.most) == (False, 0)


def test_more_cards_than_kv_heads_keep_copies() -> None:
    eight, sixteen = (serving.memory(changed(cards=n)) for n in (8, 16))
    caches = [one.per_card - one.weights / n for one, n in ((eight, 8), (sixteen, 16))]
    assert caches[0] == pytest.approx(caches[1])
    latent = Wish(model="DeepSeek-V3", device="H200 SXM", cards=8, weights="fp8")
    found = serving.memory(latent)
    assert found.per_card == pytest.approx(found.weights / 8 + found.sequence)


def test_formats_change_weights_and_cache_apart() -> None:
    plain = serving.memory(LLAMA)
    assert serving.memory(changed(kv="8 bit")).sequence == plain.sequence / 2
    assert serving.memory(changed(kv="8 bit")).weights == plain.weights
    assert serving.memory(changed(weights="fp8")).weights == pytest.approx(
        plain.weights / 2, rel=0.04  # embedding and head stay in 16 bits
    )  # fmt: skip


def test_a_million_tokens_cost_the_hours_they_take() -> None:
    found = serving.speed(changed(price=2.0))
    assert found.ttft
    assert found.cost
    seconds = 32 * found.ttft.seconds + 192 * found.tpot.seconds
    assert found.throughput.seconds == pytest.approx(32 * 192 / seconds)
    assert found.cost.seconds == pytest.approx(8.0 / 3600 / found.throughput.seconds * 1e6)
    assert found.cost.low < found.cost.seconds < found.cost.high
    assert serving.speed(LLAMA).cost is None


def test_a_card_without_a_peak_has_no_time_to_first_token() -> None:
    found = serving.speed(Wish(model="Llama-3.1-8B", device="A10G"))
    assert found.ttft is None
    assert found.throughput.seconds == pytest.approx(1 / found.tpot.seconds)


def test_the_timeline_is_prefill_then_steps() -> None:
    at = serving.timeline(LLAMA, 5)
    made = serving.deployment(LLAMA)
    assert at[0] == pytest.approx(efficiency.prefill(made, 8000).seconds)
    steps = [later - sooner for sooner, later in itertools.pairwise(at)]
    assert steps == sorted(steps)
    assert steps[0] == pytest.approx(efficiency.decode(made, 8001, 32).seconds)


def test_a_data_sheet_prints_twice_what_dense_products_get() -> None:
    assert serving.sparse_peak(hardware()["H100 SXM"]) == 2 * 989e12
    assert serving.sparse_peak(hardware()["Apple M4 Max"]) is None
    assert serving.sparse_peak(hardware()["V100 SXM2"]) is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"batch": 10**9}, "planner_batch"), ({"batch": 0}, "planner_batch"),
        ({"cards": 0}, "planner_cards"), ({"cards": 5000}, "planner_cards"),
        ({"prompt": 0}, "planner_prompt"), ({"answer": -1}, "planner_answer"),
        ({"prompt": 10**9}, "planner_prompt"), ({"prompt": 200_000}, "planner_context"),
        ({"price": -1.0}, "planner_price"), ({"price": float("nan")}, "planner_price"),
        ({"price": float("inf")}, "planner_price"), ({"model": "GPT-9"}, "model_not_listed"),
        ({"device": "Abacus"}, "hardware_not_listed"),
    ],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_is_refused(values: dict[str, object], code: str) -> None:
    with pytest.raises(LabError) as caught:
        changed(**values)
    assert caught.value.code == code


@pytest.mark.parametrize("device", list(hardware()))
def test_every_listed_card_can_be_planned_with(device: str) -> None:
    for software in ("server", "llama.cpp 2025", "eager"):
        for written in serving.FORMATS:
            wish = Wish(
                model="Llama-3.1-8B", device=device, cards=2, weights=written, software=software
            )
            assert serving.speed(wish).tpot.seconds > 0
            assert serving.memory(wish).weights > 0


def test_every_listed_model_can_be_planned() -> None:
    from lesson_core.theory.model_table import architectures

    for name in architectures():
        wish = Wish(model=name, device="B200 SXM", cards=8, prompt=500, answer=20, batch=3)
        assert serving.speed(wish).tpot.seconds > 0
        assert architecture(name).total > 0
