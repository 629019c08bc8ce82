"""The curve over model size: flat, then proportional, with the two prices found again."""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from lesson_core.generate.decode import decode_one_token
from lesson_core.measure import sweep
from lesson_core.model.cache import KVCache
from lesson_core.schema.card import BandwidthPoint, Card, Rate
from lesson_core.schema.size_sweep import SizeSweep
from lesson_core.schema.sizes import shape
from lesson_core.theory import costs, size_curve
from tests.experiments.fake_lab import card as tiny_card

CASES = SizeSweep().cases()


def _card(bandwidth: float, dispatch_s: float) -> Card:
    def rate(value: float) -> Rate:
        return Rate(per_s=value, samples=(value,))

    return Card(
        environment=tiny_card().environment,
        scope="quick",
        bandwidth=(BandwidthPoint(bytes=10**6, rate=rate(bandwidth)),),
        flops={"fp32": rate(1e15)},
        dispatch_s=dispatch_s,
    )


class _Counting(TorchDispatchMode):
    count = 0

    def __torch_dispatch__(self, function, types, args=(), kwargs=None):
        self.count += 1
        return function(*args, **(kwargs or {}))


def _dispatched(layers: int) -> int:
    config = shape(64, layers, d_head=16)
    cache = KVCache(config, 1, 8, torch.float32, "cpu")
    model, token = sweep.random_model(config), torch.zeros(1, 1, dtype=torch.long)
    decode_one_token(model, token, cache)
    with _Counting() as seen:
        decode_one_token(model, token, cache)
    return seen.count


def test_a_layer_of_the_fast_step_dispatches_what_theory_says() -> None:
    assert (_dispatched(6) - _dispatched(2)) / 4 == size_curve.LAYER_LAUNCHES


def test_the_fit_finds_overhead_and_bandwidth() -> None:
    layer_s, bandwidth = 4e-5, 25e9
    seconds = [
        layer_s * case.config.n_layers + size_curve.working_set(case) / bandwidth for case in CASES
    ]
    found = size_curve.fit(CASES, seconds)
    assert found is not None
    assert found.layer_s == pytest.approx(layer_s, rel=1e-3)
    assert found.bandwidth == pytest.approx(bandwidth, rel=1e-3)
    assert 0.9 < found.slope < 1.0
    assert size_curve.line(found, CASES[3]) == pytest.approx(seconds[3], rel=1e-3)
    below, above = CASES[2], CASES[3]  # 1M still pays more for launching, 3M for reading
    sizes = [costs.total_parameters(case.config) for case in (below, above)]
    assert found.crossover is not None
    assert sizes[0] < found.crossover < sizes[1]


def test_two_sizes_are_no_line() -> None:
    assert size_curve.fit(CASES[:2], [1.0, 2.0]) is None


def test_small_models_cost_launches_and_large_ones_bytes() -> None:
    card = _card(bandwidth=25e9, dispatch_s=2e-6)
    small, large = (size_curve.predict(case, card) for case in (CASES[0], CASES[-1]))
    assert small.parts_s["overhead"] > 0.8 * small.total_s
    assert large.parts_s["weights"] > 0.9 * large.total_s
    assert sum(large.parts_s.values()) == pytest.approx(large.total_s)
    crossover = size_curve.predicted_crossover(CASES, card)
    assert crossover is not None
    assert 1e6 < crossover < 1e7


def test_no_crossover_where_bytes_never_win() -> None:
    assert size_curve.predicted_crossover(CASES, _card(1e15, 1e-3)) is None


def test_int4_reads_an_eighth_of_fp32_and_a_scale_and_zero() -> None:
    fp32, int4 = (SizeSweep(precision=p).cases()[-1] for p in ("fp32", "int4"))
    kv = {p: 2 * 24 * 1024 * 65 * b for p, b in ((fp32, 4), (int4, 2))}
    ratio = (size_curve.working_set(fp32) - kv[fp32]) / (size_curve.working_set(int4) - kv[int4])
    assert ratio == pytest.approx(32 / 5, rel=0.02)  # 4 bits and 2 × 16 bits per 32 weights
