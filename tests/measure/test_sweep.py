"""The size sweep: the engine's own passes, wound back, taking turns, refused where too large."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.measure import sweep
from lesson_core.model.cache import KVCache
from lesson_core.schema.sizes import SIZES, SizeCase
from lesson_core.theory import costs


def _case(**changes: object) -> SizeCase:
    values = {"size": "0.1M", "precision": "fp32", "batch": 1, "context": 6, "phase": "decode"}
    return SizeCase(**{**values, **changes})


def test_the_row_of_sizes_is_what_its_names_say() -> None:
    assert len([s for s in SIZES if costs.total_parameters(SIZES[s]) <= 310e6]) >= 8
    for name, config in SIZES.items():
        number, unit = float(name[:-1]), {"M": 1e6, "B": 1e9}[name[-1]]
        assert costs.total_parameters(config) == pytest.approx(number * unit, rel=0.2), name


@pytest.mark.parametrize("precision", ["fp32", "bf16", "int8", "int4"])
def test_a_random_model_has_the_parameters_that_theory_counts(precision: str) -> None:
    config = SIZES["0.4M"]
    plain = sweep.random_model(config)
    assert sum(w.numel() for w in plain.parameters()) == costs.total_parameters(config)
    logits = prefill(
        sweep.random_model(config, precision), torch.arange(4)[None],
        KVCache(config, 1, 4, torch.float32 if precision == "fp32" else torch.bfloat16, "cpu"),
    )  # fmt: skip
    assert torch.isfinite(logits).all()
    assert logits.std() > 0


def test_decode_takes_the_fast_step() -> None:
    model = sweep.random_model(SIZES["0.1M"])
    assert flat.bind(model, KVCache(model.config, 1, 8, torch.float32, "cpu")) is not None


@pytest.mark.parametrize("phase", ["prefill", "decode"])
def test_a_pass_can_be_repeated_for_ever(phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, tuple[int, ...]]] = []

    def spy(model, token_ids, cache):
        run = prefill if phase == "prefill" else decode_one_token
        seen.append((cache.length, tuple(token_ids.shape)))
        return run(model, token_ids, cache)

    monkeypatch.setattr(sweep, "prefill" if phase == "prefill" else "decode_one_token", spy)
    case = _case(phase=phase, batch=2)
    work = sweep.ready(sweep.random_model(case.config), case)
    for _ in range(5):
        work()
    assert seen == [(0, (2, 6)) if phase == "prefill" else (5, (2, 1))] * 5


def test_cases_take_turns_and_a_warm_call_is_not_timed() -> None:
    calls: list[str] = []
    now = [0.0]

    def work(name: str, seconds: float):
        def run() -> None:
            calls.append(name)
            now[0] += seconds * (10 if calls[-2:-1] != [name] else 1)  # cold after the other

        return run

    first, second = _case(), _case(batch=2)
    works = {first: work("a", 0.1), second: work("b", 0.2)}
    found = sweep.interleaved(works, lambda: now[0], rounds=4, sample_s=0.05)
    times = [one.samples_s for one in found]
    assert times == [
        pytest.approx((0.1,) * 4),
        pytest.approx((0.2,) * 4),
    ]
    assert "".join(calls[4:]) == "aabb" + "bbaa" + "aabb" + "bbaa"


def test_a_restless_case_is_noisy() -> None:
    calm, restless = (1.0, 1.01, 1.02, 1.03, 1.04), (1.0, 1.2, 1.0, 1.2, 1.4)
    assert not sweep.Timed(case=_case(), samples_s=calm).noisy
    assert sweep.Timed(case=_case(), samples_s=restless).noisy


def test_what_does_not_fit_is_refused_with_the_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    memory = type("Memory", (), {"available": int(8e9)})
    monkeypatch.setattr(sweep.psutil, "virtual_memory", lambda: memory)
    sweep.check_room(_case(size="300M"))
    with pytest.raises(LabError) as refused:
        sweep.check_room(_case(size="3B"))
    assert refused.value.code == "size_too_large"
    assert refused.value.values == {"size": "3B", "needs_gb": 12.0, "limit_gb": 4.8}


def test_an_unknown_size_is_refused() -> None:
    with pytest.raises(LabError) as refused:
        _case(size="2T")
    assert refused.value.code == "size_unknown"
