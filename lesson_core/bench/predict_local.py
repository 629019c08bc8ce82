"""Does the cost model hold here? Some passes are timed to fit it, others to check it.

Calibration and check are drawn into one order and take turns, round after round, so both meet the
same machine. The check is made of other shapes than the calibration, other batches and other
contexts. A case whose interquartile range exceeds a tenth of its median is listed as noisy and
not scored; nothing else is left out.
"""

import json
import random
from collections.abc import Iterable
from typing import Any

import torch

from lesson_core import clock
from lesson_core.measure import sweep
from lesson_core.measure.sweep import Timed
from lesson_core.schema.recipe import Precision
from lesson_core.schema.sizes import Phase, SizeCase
from lesson_core.theory import calibrate, stats

PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16", "int8", "int4")
ROUNDS = 5
SAMPLE_S = 0.03
BARS = {"median_ape": 0.10, "p90_ape": 0.25}
NOISY_SHARE = 0.2

Point = tuple[str, Phase, int, int]  # shape, phase, batch, context

CALIBRATION: tuple[Point, ...] = (
    ("0.1M", "decode", 1, 32), ("0.1M", "decode", 16, 128),
    ("1M", "decode", 1, 32), ("1M", "decode", 4, 256),
    ("10M", "decode", 1, 32), ("10M", "decode", 1, 1024), ("10M", "decode", 16, 128),
    ("30M", "decode", 1, 32), ("30M", "decode", 4, 128),
    ("300M", "decode", 1, 32), ("300M", "decode", 1, 512), ("300M", "decode", 16, 64),
    ("0.1M", "prefill", 1, 64), ("0.1M", "prefill", 1, 512), ("1M", "prefill", 1, 256),
    ("10M", "prefill", 1, 32), ("10M", "prefill", 1, 512),
    ("30M", "prefill", 1, 64), ("30M", "prefill", 1, 256),
    ("300M", "prefill", 1, 32), ("300M", "prefill", 1, 128),
)  # fmt: skip

CHECKED = ("0.4M", "3M", "100M", "deep", "wide", "grouped", "large-vocabulary")
CHECK: tuple[tuple[Phase, int, int], ...] = (
    ("decode", 1, 150), ("decode", 1, 900), ("decode", 12, 96),
    ("prefill", 1, 80), ("prefill", 1, 320), ("prefill", 2, 56),
)  # fmt: skip


def main() -> int:
    report = run()
    for row in report["cases"]:
        print(_line(row))
    print(f"noisy: {len(report['noisy'])} of {report['n'] + len(report['noisy'])}")
    for precision, found in report["by_precision"].items():
        print(f"{precision:5} {found}")
    print(json.dumps(report, separators=(",", ":")))
    return 0 if passes(report) else 1


def run() -> dict[str, Any]:
    """Time everything, fit, score: {n, median_ape, p90_ape, noisy, by_precision, prices, cases}.

    An error is |predicted − measured| / measured.
    """
    known = [_case(p, point) for p in PRECISIONS for point in CALIBRATION]
    asked = [_case(p, (s, *rest)) for p in PRECISIONS for s in CHECKED for rest in CHECK]
    timed = {one.case: one for one in measure(known + asked)}
    prices = {
        precision: calibrate.fit(*_seconds(timed[c] for c in known if c.precision == precision))
        for precision in PRECISIONS
    }
    rows = [_row(timed[case], prices[case.precision]) for case in asked]
    counted = [row for row in rows if row["spread"] <= sweep.NOISY]
    return {
        "n": len(counted),
        **_errors(counted),
        "noisy": [row for row in rows if row["spread"] > sweep.NOISY],
        "calibration": [_row(timed[case], prices[case.precision]) for case in known],
        "by_precision": {
            name: _errors([row for row in counted if row["precision"] == name])
            for name in PRECISIONS
        },
        "prices": {name: found.seconds for name, found in prices.items()},
        "cases": counted,
    }


def passes(report: dict[str, Any]) -> bool:
    """Whether the bars are met, with at most a fifth of the cases too noisy to say."""
    few = len(report["noisy"]) <= NOISY_SHARE * (report["n"] + len(report["noisy"]))
    return few and all(report[name] <= bar for name, bar in BARS.items())


def measure(cases: list[SizeCase]) -> list[Timed]:
    """Median of `ROUNDS` samples per case, all cases in turns, in an order drawn once."""
    random.Random(0).shuffle(cases)
    models = {
        key: sweep.random_model(case.config, case.precision)
        for key, case in {(case.size, case.precision): case for case in cases}.items()
    }
    works = {case: sweep.ready(models[case.size, case.precision], case) for case in cases}
    return sweep.interleaved(works, clock.on("cpu"), ROUNDS, SAMPLE_S)


def _case(precision: Precision, point: Point) -> SizeCase:
    size, phase, batch, context = point
    return SizeCase(size=size, precision=precision, phase=phase, batch=batch, context=context)


def _seconds(found: Iterable[Timed]) -> tuple[list[SizeCase], list[float]]:
    all_of_them = list(found)
    return [one.case for one in all_of_them], [one.median_s for one in all_of_them]


def _row(one: Timed, prices: calibrate.Prices) -> dict[str, Any]:
    predicted = calibrate.predict(prices, one.case).total_s
    return {
        "size": one.case.size,
        "precision": one.case.precision,
        "phase": one.case.phase,
        "batch": one.case.batch,
        "context": one.case.context,
        "measured_s": one.median_s,
        "predicted_s": predicted,
        "error": float(predicted / one.median_s - 1),
        "spread": one.spread,
    }


def _errors(rows: list[dict[str, Any]]) -> dict[str, float]:
    errors = [abs(row["error"]) for row in rows]
    return {
        "median_ape": round(stats.median(errors), 4),
        "p90_ape": round(stats.quantile(errors, 0.9), 4),
    }


def _line(row: dict[str, Any]) -> str:
    name = f"{row['size']:17}{row['precision']:5}{row['phase']:8}{row['batch']:3}{row['context']:5}"
    seconds = f"{row['measured_s'] * 1e3:10.3f} ms {row['predicted_s'] * 1e3:10.3f} ms"
    return f"{name}{seconds} {row['error']:+7.1%} spread {row['spread']:.1%}"


if __name__ == "__main__":
    torch.set_num_threads(torch.get_num_threads())
    raise SystemExit(main())
