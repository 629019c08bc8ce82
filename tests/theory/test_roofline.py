"""Times that can be worked out on paper."""

import dataclasses

import pytest

from lesson_core.errors import LabError
from lesson_core.theory import costs, operators, roofline, tables
from lesson_core.theory.peak import CpuFacts, peak_fp32

RATES = roofline.Rates(bandwidth=100.0, flops=1000.0)
LLAMA = tables.models()["Llama-3.1-8B"]


def test_an_operator_takes_the_longer_of_moving_and_multiplying() -> None:
    memory = operators.Operator(name="a", weight_bytes=200, kv_bytes=100, flops=10)
    compute = operators.Operator(name="b", weight_bytes=100, flops=5000)
    both = roofline.time_of([memory, compute], RATES)
    assert both.parts_s == {"weights": 2.0, "kv": 1.0, "arithmetic": 5.0, "overhead": 0.0}
    assert both.total_s == 8.0


def test_activations_are_no_part_of_the_bound() -> None:
    assert (
        roofline.time_of([operators.Operator(name="a", activation_bytes=10**9)], RATES).total_s == 0
    )


def test_dispatching_adds_up_on_a_cpu_and_hides_on_a_gpu() -> None:
    work = [operators.Operator(name="a", weight_bytes=100, launches=3)]
    cpu = dataclasses.replace(RATES, dispatch_s=0.5)
    gpu = dataclasses.replace(cpu, overlapped=True)
    assert roofline.time_of(work, cpu).total_s == 2.5
    assert roofline.time_of(work, gpu).total_s == 1.5
    assert roofline.time_of(work, gpu).parts_s["overhead"] == 0.5
    assert roofline.bound_s(roofline.time_of(work, cpu)) == 1.0


def test_llama_on_an_h100_by_hand() -> None:
    bound = tables.transfer("Llama-3.1-8B", "H100 SXM")
    weights_s = 7_504_924_672 * 2 / 3.35e12
    assert bound.total_s == pytest.approx(weights_s, rel=1e-3)
    assert 4.4e-3 < bound.total_s < 4.6e-3
    assert bound.parts_s["arithmetic"] == 0


def test_a_long_prompt_is_compute_bound_on_an_h100() -> None:
    prefill = tables.transfer(new_tokens=1000, context=1000)
    layers = operators.step(LLAMA, 1000, 1000, number_bytes=2)
    # The last layer's feed-forward part reads its weights for one position: not arithmetic's.
    matrix_flops = sum(op.flops for part in layers.layers() for op in part if op.flops > 1e9)
    assert prefill.parts_s["arithmetic"] == pytest.approx(matrix_flops / 989e12)


@pytest.mark.parametrize(("new", "seen"), [(1, 1), (8, 8), (300, 300), (1, 301)])
def test_parts_add_up_for_every_length(new: int, seen: int) -> None:
    rates = roofline.Rates(bandwidth=2e10, flops=2e11, dispatch_s=2e-6)
    step = roofline.step_time(LLAMA, new, seen, rates)
    assert sum(step.parts_s.values()) == pytest.approx(step.total_s)


def test_decode_grows_with_the_context_by_its_kv() -> None:
    rates = roofline.Rates(bandwidth=1e9, flops=1e15)
    near, far = (roofline.step_time(LLAMA, 1, s, rates, 2).total_s for s in (100, 1100))
    assert far - near == pytest.approx(costs.kv_bytes(LLAMA, 1000, 2) / 1e9)


def test_several_passes_add_up_and_have_a_mean() -> None:
    passes = [roofline.step_time(LLAMA, 1, seen, RATES) for seen in (10, 11, 12, 13)]
    assert roofline.total(passes).total_s == pytest.approx(sum(p.total_s for p in passes))
    assert roofline.mean(passes).total_s == pytest.approx(roofline.total(passes).total_s / 4)


def test_the_working_set_is_weights_and_kv() -> None:
    assert roofline.working_set(LLAMA, 0, 2) == costs.weights_read_per_step(LLAMA, 2)
    grown = roofline.working_set(LLAMA, 8, 2) - roofline.working_set(LLAMA, 0, 2)
    assert grown == costs.kv_bytes(LLAMA, 8, 2)


def test_peak_from_the_box() -> None:
    peak = peak_fp32(CpuFacts(name="x", cores=2, ghz=2.6, isa="avx512"))
    assert peak is not None
    assert peak.flops == pytest.approx(332.8e9)
    assert peak_fp32(CpuFacts(name="x", cores=2, ghz=None, isa="avx512")) is None
    assert peak_fp32(CpuFacts(name="x", cores=2, ghz=1.0, isa=None)) is None


@pytest.mark.parametrize(
    ("driver", "row"),
    [
        ("NVIDIA H100 80GB HBM3", "H100 SXM"),
        ("NVIDIA H100 PCIe", "H100 PCIe"),
        ("NVIDIA H200", "H200 SXM"),
        ("NVIDIA A100-SXM4-40GB", "A100-40GB"),
        ("NVIDIA A100-SXM4-80GB", "A100-80GB SXM"),
        ("NVIDIA A100 80GB PCIe", "A100-80GB PCIe"),
        ("NVIDIA GeForce RTX 4090", "RTX 4090"),
        ("NVIDIA GeForce RTX 4090 Laptop GPU", None),
        ("Tesla T4", "T4"),
        ("Tesla V100-SXM2-32GB", "V100 SXM2"),
        ("NVIDIA H100 NVL", None),
    ],
)
def test_a_drivers_name_finds_its_datasheet(driver: str, row: str | None) -> None:
    found = tables.find_hardware(driver)
    assert (found.name if found else None) == row


def test_what_is_not_listed_is_an_error_with_a_name() -> None:
    for call, code in (
        (lambda: tables.transfer("GPT-9"), "model_not_listed"),
        (lambda: tables.transfer(device="Abacus"), "hardware_not_listed"),
        (lambda: tables.transfer(device="T4"), "precision_not_listed"),
        (lambda: tables.published("GPT-9"), "model_not_listed"),
    ):
        with pytest.raises(LabError) as caught:
            call()
        assert caught.value.code == code


def test_every_row_has_its_provenance() -> None:
    assert all(row.source for row in tables.hardware().values())
    assert all(tables.published(name)["provenance"] for name in tables.models())
