"""The local check of the cost model: what is asked was never used to fit, nothing is dropped."""

import json

import pytest

from lesson_core.bench import predict_local
from lesson_core.measure.sweep import Timed
from lesson_core.schema.sizes import SizeCase
from lesson_core.theory import calibrate


def _timed(cases: list[SizeCase], restless: int = 0) -> list[Timed]:
    """A machine that follows the cost model exactly; the first `restless` checks are noisy."""
    found = []
    for case in cases:
        counted = calibrate.amounts(case)
        seconds = 5e-5 * case.config.n_layers + 4e-11 * counted["bytes"] + 3e-12 * counted["flop"]
        spread = 0.5 if case.size in predict_local.CHECKED and restless > 0 else 0.0
        restless -= spread > 0
        found.append(
            Timed(case=case, samples_s=tuple(seconds * (1 + i * spread) for i in range(5)))
        )
    return found


def test_a_machine_that_follows_the_model_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_local, "measure", _timed)
    report = json.loads(json.dumps(predict_local.run()))
    assert report["n"] == 168 and report["noisy"] == []
    assert report["median_ape"] < 0.02
    assert predict_local.passes(report)
    asked = {(r["size"], r["phase"], r["batch"], r["context"]) for r in report["cases"]}
    assert not asked & set(predict_local.CALIBRATION)
    assert not set(predict_local.CHECKED) & {point[0] for point in predict_local.CALIBRATION}


def test_noisy_cases_are_listed_and_too_many_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(predict_local, "measure", lambda cases: _timed(cases, restless=30))
    some = predict_local.run()
    assert (some["n"], len(some["noisy"])) == (138, 30)
    assert predict_local.passes(some)
    monkeypatch.setattr(predict_local, "measure", lambda cases: _timed(cases, restless=40))
    assert not predict_local.passes(predict_local.run())


def test_a_missed_bar_fails() -> None:
    report = {"n": 100, "noisy": [], "median_ape": 0.05, "p90_ape": 0.26}
    assert not predict_local.passes(report)
    assert predict_local.passes(report | {"p90_ape": 0.25})
