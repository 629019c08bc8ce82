"""Names of cards: a driver's, a benchmark's, a shop's, and the ones that mean nothing certain."""

import pytest

from lesson_core.theory.hardware_table import find_hardware, find_named, hardware


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("A100-80GB-330W", "A100-80GB SXM"), ("A100 PCIe 80GB", "A100-80GB PCIe"),
        ("A100-40GB", "A100-40GB"), ("4090 24GB", "RTX 4090"), ("3080 Ti 12GB", "RTX 3080 Ti"),
        ("3080 10GB", "RTX 3080"), ("RTX 4000 Ada 20GB", "RTX 4000 Ada"), ("A40 48GB", "A40"),
        ("RTX A6000 48GB", "RTX A6000"), ("H20-96GB", "H20"), ("H200-SXM", "H200 SXM"),
        ("H100 (80 GB HBM3)", "H100 SXM"), ("H100 PCIe 80GB", "H100 PCIe"), ("B200", "B200 SXM"),
        ("M2 Ultra 76-Core GPU 192GB", "Apple M2 Ultra"), ("Apple M4 Max", "Apple M4 Max"),
        ("M1 7-Core GPU 8GB", "Apple M1"), ("MI250X-1GCD", "MI250X GCD"), ("T4-15GB", "T4"),
        ("NVIDIA L4", "L4"), ("L40S 48GB", "L40S"), ("NVIDIA H800", "H800 SXM"), ("L20", "L20"),
        ("Jetson AGX Orin 64GB", "Jetson AGX Orin"),
        ("NVIDIA GeForce RTX 4080 SUPER", "RTX 4080 SUPER"),
    ],
)  # fmt: skip
def test_what_benchmarks_call_a_card(said: str, meant: str) -> None:
    found = find_named(said)
    assert found is not None
    assert found.name == meant


@pytest.mark.parametrize(
    "said",
    [
        "", "GTX 1080 Ti", "RTX 4070 Laptop 8GB", "unspecified 96-thread cloud CPU", "H100 NVL",
        "H100 or A100 (post: 'single 8xH100 or 8xA100')", "Abacus", "Intel Xeon w9-3475X 4 threads",
    ],
)  # fmt: skip
def test_what_is_not_certain_is_not_guessed(said: str) -> None:
    assert find_named(said) is None


def test_a_stated_bandwidth_is_believed() -> None:
    old = find_named("Intel i5-6500 DDR3 (measured 20.02 GB/s)")
    assert old is not None
    assert (old.kind, old.bandwidth) == ("cpu", 20.02e9)
    new = find_named("Apple M9 Max 50-core GPU (900 GB/s)")
    assert new is not None
    assert (new.kind, new.bandwidth) == ("unified", 900e9)
    cores = find_named("Apple M2 CPU 4 threads (100 GB/s)")
    assert cores is not None
    assert (cores.kind, cores.flops) == ("cpu", {})


def test_a_driver_name_takes_the_longest_row() -> None:
    found = find_hardware("NVIDIA GeForce RTX 3080 Ti")
    assert found is not None
    assert found.name == "RTX 3080 Ti"


def test_peaks_are_dense_and_rows_are_sane() -> None:
    assert hardware()["H100 SXM"].flops["bf16"] == 989e12  # 1,979 with 2:4 sparsity
    assert hardware()["L4"].flops["fp8"] == 242e12  # 485 in the vendor's table
    for row in hardware().values():
        assert row.source
        assert row.bandwidth > 0
        assert all(rate > 0 for rate in row.flops.values())
        if "fp8" in row.flops and "bf16" in row.flops:
            assert row.flops["fp8"] == pytest.approx(2 * row.flops["bf16"], rel=0.015)
