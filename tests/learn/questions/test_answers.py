"""Every card's key against arithmetic written out here, from the numbers the learner sees."""

import math

from lesson_core.learn.questions import home, inference_pipeline, machine, what_is_an_llm
from lesson_core.schema.question import Posed
from lesson_core.theory import costs, tables


def number(posed: Posed, name: str) -> float:
    return float(str(posed.values[name]).replace(",", ""))


def test_tpot() -> None:
    for seed in range(20):
        card = home.tpot(seed)
        waits = number(card, "e2e_ms") - number(card, "ttft_ms")
        assert math.isclose(card.answer, waits / (number(card, "n") - 1))


def test_ridge_uses_half_of_the_sparse_rate() -> None:
    for seed in range(6):
        card = machine.ridge(seed)
        dense = number(card, "sparse_tflops") / 2
        assert math.isclose(card.answer, dense * 1e3 / number(card, "bandwidth_gbs"))
        # the printed sparse rate agrees with the table of dense ones
        listed = tables.datasheet_rates(str(card.values["device"])).flops / 1e12
        assert abs(dense - listed) <= 1


def test_temperature() -> None:
    for seed in range(20):
        card = what_is_an_llm.temperature(seed)
        t = number(card, "temperature")
        weights = [math.exp(number(card, f"logit_{name}") / t) for name in "abc"]
        assert math.isclose(card.answer, 100 * weights[0] / sum(weights))


def test_share_of_the_table() -> None:
    for seed in range(20):
        card = what_is_an_llm.table(seed)
        in_table = number(card, "vocab_size") * number(card, "d_model")
        assert math.isclose(card.answer, 100 * in_table / (number(card, "total_m") * 1e6))
        assert 2 * card.answer < 100


def test_decode_bound() -> None:
    for seed in range(20):
        card = inference_pipeline.decode(seed)
        gigabytes = number(card, "params_b") * number(card, "bytes")
        assert math.isclose(gigabytes, number(card, "weights_gb"))
        assert math.isclose(card.answer, 1e3 * gigabytes / number(card, "bandwidth_gbs"))


def test_kv_bytes_follow_the_cost_model() -> None:
    llama = tables.models()["Llama-3.1-8B"]
    assert costs.kv_bytes_per_token(llama, 2) == 128 * 1024
    for seed in range(20):
        card = inference_pipeline.kv(seed)
        sizes = [number(card, name) for name in ("n_layers", "n_kv_heads", "d_head")]
        assert card.answer == 2 * 2 * math.prod(sizes)
