"""Cards of the KV cache against arithmetic written out here, and what its runs are read as."""

import pytest

from lesson_core.learn import bank, quiz
from lesson_core.learn.measured import kv_cache as measured
from lesson_core.learn.questions import kv_cache
from lesson_core.schema.question import Measured, Posed

SEEDS = range(20)


def seen(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


@pytest.mark.parametrize("seed", SEEDS)
def test_every_query_head_keeps_its_own(seed: int) -> None:
    card = kv_cache.heads(seed)
    numbers = 2 * seen(card, "n_layers") * seen(card, "n_heads") * seen(card, "d_head")
    assert card.answer == pytest.approx(numbers * 2 / 1024)
    assert seen(card, "grouped_kib") * seen(card, "group") == pytest.approx(card.answer)


def test_llama_leaves_512_kib_without_gqa_and_fills_its_weights_at_122532_tokens() -> None:
    cards = [kv_cache.heads(seed) for seed in range(60)]
    assert {c.answer for c in cards if c.values["model"] == "Llama-3.1-8B"} == {512.0}
    cards = [kv_cache.outgrows(seed) for seed in range(60)]
    llama = {c.values["all_tokens"] for c in cards if c.values["model"] == "Llama-3.1-8B"}
    assert llama == {"122,532"}


@pytest.mark.parametrize("seed", SEEDS)
def test_caches_outgrow_the_weights(seed: int) -> None:
    card = kv_cache.outgrows(seed)
    tokens = seen(card, "weights_gb") * 1e9 / (seen(card, "kv_kib") * 1024)
    assert card.answer == pytest.approx(tokens / seen(card, "users"), rel=2e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_time_to_read_a_cache(seed: int) -> None:
    card = kv_cache.cache_time(seed)
    size = seen(card, "context") * seen(card, "kv_kib") * 1024
    assert card.answer == pytest.approx(1e3 * size / (seen(card, "bandwidth_gbs") * 1e9), rel=2e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_int8_keeps_a_scale_per_row(seed: int) -> None:
    card = kv_cache.halved_cache(seed)
    rows = 2 * seen(card, "n_layers") * seen(card, "n_kv_heads") * seen(card, "context")
    assert card.answer == pytest.approx(rows * (seen(card, "d_head") + 2) / 1e6)
    assert 0.5 < card.answer / seen(card, "plain_mb") < 0.52


@pytest.mark.parametrize("seed", SEEDS)
def test_samples_share_their_prompt(seed: int) -> None:
    card = kv_cache.beams(seed)
    tokens = seen(card, "prompt") + seen(card, "samples") * seen(card, "tokens")
    assert card.answer == pytest.approx(tokens * seen(card, "kv_kib") * 1024 / 1e6)
    assert card.answer < seen(card, "alone_mb")


@pytest.mark.parametrize("seed", SEEDS)
def test_passes_one_by_one(seed: int) -> None:
    card = kv_cache.passes(seed)
    prompt, tokens = int(seen(card, "prompt")), int(seen(card, "answer_tokens"))
    assert card.answer == sum(prompt + written for written in range(tokens))


def result(steps: int = 32, grown: float = 1.0) -> dict:
    """20 ms a step with a cache; without one 40 ms, and `grown` ms more from step to step."""
    return {
        "tokens_in": 10, "tokens_out": steps,
        "with_s": [0.02] * steps,
        "without_s": [0.04 + 1e-3 * grown * n for n in range(steps)],
    }  # fmt: skip


def test_a_run_is_read() -> None:
    last = measured.last_step(result())
    assert last.value == pytest.approx((40 + 27.5) / 20)
    assert last.low <= last.value <= last.high
    assert last.askable
    whole = measured.whole_answer(result())
    assert whole.value == pytest.approx((40 + 15.5) / 20)
    assert whole.values["passes_without"] == sum(range(10, 42))
    growth = measured.growing_step(result())
    assert growth is not None
    assert growth.value == pytest.approx((40 + 27.5) / (40 + 3.5), rel=0.01)
    assert growth.values["last_tokens"] == 41


def test_no_effect_is_not_asked_for() -> None:
    even = result(grown=0) | {"without_s": [0.02 + 1e-4 * (-1) ** n for n in range(32)]}
    assert not measured.last_step(even).askable
    assert not measured.whole_answer(even).askable
    growth = measured.growing_step(even)
    assert growth is not None
    assert not growth.askable


def test_a_short_answer_does_not_grow() -> None:
    assert measured.growing_step(result(steps=10)) is None


def test_a_run_poses_a_question_that_can_be_graded() -> None:
    asked = bank.question("kv-cache.last-step")
    assert isinstance(asked, Measured)
    found = bank.read(asked, result())
    assert found is not None
    posed = bank.pose_measured(asked, found)
    assert quiz.grade(posed, "3.4").correct
    assert not quiz.grade(posed, "1").correct
