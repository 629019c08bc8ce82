"""Physics that any learned factors must leave standing, and the arithmetic around them."""

import math

import pytest

from lesson_core.theory import efficiency, schemes
from lesson_core.theory.deployment import Deployment, Term, combine, fp32_rate
from lesson_core.theory.hardware_table import find_named, hardware
from lesson_core.theory.model_table import architecture
from lesson_core.theory.software import CLASSES, classify


def deployed(
    model: str = "Llama-3.1-8B", card: str = "H100 SXM", *, cards: int = 1, dtype: str = "bf16",
    software: str = "server",
) -> Deployment:  # fmt: skip
    scheme = schemes.named(dtype)
    assert scheme is not None
    return Deployment(
        model=architecture(model), hardware=hardware()[card], cards=cards, scheme=scheme,
        software=CLASSES[software],
    )  # fmt: skip


def test_without_factors_the_weights_are_bytes_over_bandwidth() -> None:
    terms = {term.name: term for term in deployed().decode_terms(0)}
    assert terms["weights"].seconds == pytest.approx(2 * 7_504_924_672 / 3.35e12)
    assert terms["kv"].seconds == 0
    at = {term.name: term for term in deployed().decode_terms(1000)}["kv"].seconds
    assert at == pytest.approx(1000 * 131_072 / 3.35e12)


def test_a_prediction_is_never_faster_than_its_bytes() -> None:
    for card in ("H100 SXM", "RTX 4090", "A100-80GB SXM", "Apple M2 Ultra"):
        for software in ("server", "llama.cpp", "compiled", "eager", "other"):
            made = deployed(card=card, software=software)
            bound = 2 * 7_504_924_672 / made.hardware.bandwidth
            assert efficiency.decode(made, 100).seconds > bound


def test_tensor_parallel_is_faster_but_less_than_in_proportion() -> None:
    one, four = (efficiency.decode(deployed(cards=n), 100).seconds for n in (1, 4))
    assert 1 / 4 < four / one < 1


def test_a_layer_split_is_no_faster() -> None:
    one, four = (
        efficiency.decode(deployed(card="RTX 4090", cards=n, software="llama.cpp"), 100).seconds
        for n in (1, 4)
    )
    assert one < four < 1.2 * one


def test_int4_gains_less_than_its_bytes_and_the_eager_loop_hides_it() -> None:
    bf16, int4 = (
        efficiency.decode(deployed(dtype=d, software="compiled"), 1).seconds
        for d in ("bf16", "int4-g32")
    )
    assert 1 < bf16 / int4 < 16 / 5
    small = (
        deployed("Qwen3-0.6B", software="eager"), deployed("Qwen3-1.7B", software="eager")
    )  # fmt: skip
    near, far = (efficiency.decode(made, 1).seconds for made in small)
    assert near == pytest.approx(far)  # the same 28 layers to dispatch


def test_more_sequences_cost_more_but_each_less() -> None:
    steps = [efficiency.decode(deployed(), 1000, batch).seconds for batch in (1, 8, 64, 512)]
    assert steps == sorted(steps)
    each = [step / batch for step, batch in zip(steps, (1, 8, 64, 512), strict=True)]
    assert each == sorted(each, reverse=True)


def test_a_prefill_grows_with_its_prompt_and_needs_a_peak() -> None:
    short, long = (efficiency.prefill(deployed(), tokens).seconds for tokens in (512, 4096))
    assert 4 < long / short < 12
    assert deployed(card="A10G").peak is None
    assert deployed(dtype="fp8").peak == 1979e12
    assert deployed(dtype="int8").peak == 989e12  # weights only: the products stay in 16 bits
    assert deployed(dtype="fp32").peak == 67e12


def test_a_band_is_never_missing() -> None:
    found = efficiency.decode(deployed(software="other"), 1)
    assert found.low < found.seconds < found.high
    assert found.high / found.seconds == pytest.approx(efficiency.band("other"))
    assert efficiency.band("other") == efficiency.bands()[efficiency.EVERYTHING]
    assert found.times(2).high == 2 * found.high


def test_terms_take_their_factors_to_their_powers() -> None:
    term = Term("weights", 2.0, {"a": 1.0, "b": -1.0, "unknown": 5.0})
    assert term.times({"a": 3.0, "b": 2.0}) == pytest.approx(3.0)
    terms = (
        Term("weights", 1, {}), Term("unpack", 1, {}), Term("compute", 3, {}),
        Term("kv", 1, {}), Term("layers", 5, {}),
    )  # fmt: skip
    assert combine(terms, {}, overlapped=False) == pytest.approx(3 + 1 + 5)
    assert combine(terms, {}, overlapped=True) == pytest.approx(5)


def test_an_unlisted_fp32_rate_is_that_of_its_kind() -> None:
    other = find_named("RTX 4070 Ti")
    assert other is not None
    assert 20e12 < fp32_rate(other) < 60e12
    assert fp32_rate(hardware()["H100 SXM"]) == 67e12


@pytest.mark.parametrize(
    ("said", "memory", "meant"),
    [
        ("llama.cpp (May 2024); multi-GPU", "gddr", "llama.cpp"),
        ("llama.cpp CUDA (2025-26)", "hbm", "llama.cpp 2025"),
        ("llama.cpp 8e672ef Metal", "unified", "llama.cpp Metal"),
        ("llama.cpp CUDA", "unified", "llama.cpp"),
        ("llama.cpp 2023-05", "cpu", "llama.cpp CPU"),
        ("gpt-fast (torch.compile, TP)", "hbm", "compiled"),
        ("transformers 4.51.3", "hbm", "eager"), ("vLLM", "hbm", "vLLM 2023"),
        ("vLLM v0.19.1", "hbm", "server"), ("SGLang 0.4.6.post1 TP=8", "hbm", "server"),
        ("my own engine", "hbm", "other"), ("gpt-fast speculative", "hbm", None),
    ],
)  # fmt: skip
def test_software_is_put_into_a_class(said: str, memory: str, meant: str | None) -> None:
    found = classify(said, memory)
    assert (found.name if found else None) == meant


def test_every_factor_is_a_positive_number() -> None:
    assert all(value > 0 and math.isfinite(value) for value in efficiency.factors().values())
    assert efficiency.points("bandwidth") > 400
    assert efficiency.points("no such key") == 0
