"""How well are steps predicted: on this machine, and on hardware we have only read about.

`published`: measurements of others against `theory.deployment`. Its factors are learned from
assets/tables/published_decode.csv; here each point is predicted with factors learned without its
group (hardware × model), in ten folds. The error is that of the rate: |predicted/published − 1|.
A band holds if it covers the point, its width learned from the other folds too.

With `--csv FILE` the rows of that file are predicted instead; those that calibration has seen are
held out as before. `--published` leaves this machine out; `--fit` writes assets/tables/
efficiency.csv and held_out.csv. Rows that cannot be modelled are listed with the reason. `local`:
see `bench.predict_local`.
"""

import argparse
import csv
import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from lesson_core.bench import published_fit as fit
from lesson_core.theory import efficiency, stats
from lesson_core.theory.model_table import TABLES
from lesson_core.theory.published_rows import Case, read

KNOWN = TABLES / "published_decode.csv"
COLUMNS = ("model", "hardware", "metric", "value")
REASONS = {
    "value": "the value, or the number of cards, is not a positive number",
    "load": "measured under load: how many sequences ran side by side is not stated",
    "metric": "a metric that is no step, prefill or whole answer, or that leaves open of what",
    "hardware": "no bandwidth is known for this hardware, or the name leaves it open",
    "model": "the shape of this model is not in the table",
    "software": "several tokens per step (speculation)",
    "format": "a weight format we do not know",
    "peak": "no peak FLOP/s is known for this hardware",
    "length": "no prompt or answer length is stated",
}


@dataclass(frozen=True)
class Scored:
    """A case, what was predicted, and the band around it as log units either way."""

    case: Case
    predicted: float
    width: float
    held_out: bool

    @property
    def error(self) -> float:
        """Of the rate: |predicted / published − 1|."""
        return abs(self.case.seconds / self.predicted - 1)

    @property
    def covered(self) -> bool:
        """Whether the band covers what was measured."""
        return abs(math.log(self.case.seconds / self.predicted)) <= self.width


def main() -> int:
    args = _arguments()
    if args.fit:
        write_table(_cases(KNOWN)[0])
        return 0
    if args.csv:
        try:
            cases, skipped = _cases(args.csv)
        except (OSError, ValueError, csv.Error) as problem:
            print(f"{args.csv}: {problem}")
            return 2
    else:
        cases, skipped = _cases(KNOWN)
    scored = score(cases)
    decode = [s for s in scored if s.case.single_step]
    _print_skipped(skipped)
    report: dict[str, Any] = {}
    if args.csv:
        _print_table("all rows", scored)
        report["published"] = summary(scored, len(skipped))
    else:
        report["local"] = None if args.published else _local()
        report["published"] = summary(decode, len(skipped))
    _print_table("decode, one sequence", decode)
    report["decode"] = summary(decode, len(skipped))
    report["reasons"] = dict(Counter(reason for _, reason in skipped))
    print(json.dumps(report))
    return 0


@dataclass(frozen=True)
class Calibration:
    """Factors and bands per fold, each learned without it, and what has been seen."""

    folds: dict[tuple[str, str], int]
    factors: list[fit.Factors]
    bands: list[fit.Factors]
    seen: frozenset[tuple[object, ...]]


@cache
def calibration() -> Calibration:
    """The ten folds of the committed table of published points."""
    known = _cases(KNOWN)[0]
    where, learned = fit.folds(known), fit.held_out(known)
    errors = fit.residuals(known, learned)
    bands = []
    for fold in range(fit.FOLDS):
        other = [i for i, case in enumerate(known) if where[case.group] != fold]
        names = [fit.band_name(known[i]) for i in other]
        bands.append(fit.widths(names, [errors[i] for i in other]))
    return Calibration(where, learned, bands, frozenset(map(_identity, known)))


def score(cases: Sequence[Case]) -> list[Scored]:
    """Predict each case; one that calibration knows, with factors and band learned without it."""
    made = calibration()
    scored = []
    for case in cases:
        held = _identity(case) in made.seen
        fold = made.folds[case.group] if held else -1
        factors = made.factors[fold] if held else efficiency.factors()
        width = efficiency.band(fit.band_name(case), made.bands[fold] if held else None)
        scored.append(Scored(case, case.predict(factors), math.log(width), held))
    return scored


def summary(scored: Sequence[Scored], skipped: int) -> dict[str, Any]:
    """Error, rank correlation and coverage, over all and by class of software."""
    if not scored:
        return {"n": 0, "skipped": skipped}
    found = _numbers(scored)
    if len(scored) > 2:
        pairs = [(s.case.seconds, s.predicted) for s in scored]
        found["spearman"] = round(fit.spearman(*zip(*pairs, strict=True)), 4)
    by = {
        name: _numbers([s for s in scored if s.case.deployment.software.name == name])
        for name in sorted({s.case.deployment.software.name for s in scored})
    }
    held = sum(s.held_out for s in scored)
    return {**found, "skipped": skipped, "held_out": held, "by_software": by}


def write_table(cases: Sequence[Case]) -> None:
    """Learn from all, hold out in turn for the bands, and write both."""
    rows: list[tuple[str, str, float, int]] = []
    counts: Counter[str] = Counter()
    for case in cases:
        if not case.bad:
            counts.update({key for term in _terms(case) for key in term})
    for key, value in sorted(fit.learn(cases).items()):
        if abs(math.log(value)) > 0.005:  # closer to 1 says nothing
            rows.append(("factor", key, value, counts[key]))
    errors = fit.residuals(cases, fit.held_out(cases))
    names = [fit.band_name(case) for case in cases]
    tally = Counter(names)
    for key, value in sorted(fit.widths(names, errors).items()):
        rows.append(("band", key, value, tally[key] or len(cases)))
    _write("efficiency.csv", ("kind", "key", "value", "points"), rows)
    held = [
        (case.id, case.group[0], case.group[1], case.deployment.software.name, 1 / case.seconds,
         math.exp(error) / case.seconds)
        for case, error in zip(cases, errors, strict=True) if case.single_step
    ]  # fmt: skip
    names_of = ("id", "hardware", "model", "software", "published_tok_s", "predicted_tok_s")
    _write("held_out.csv", names_of, held)
    print(f"{len(rows)} factors and bands from {len(cases)} points, {len(held)} held out in turn")


def _write(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    with (TABLES / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        for row in rows:
            writer.writerow([f"{cell:.4g}" if isinstance(cell, float) else cell for cell in row])


def _terms(case: Case) -> Iterable[Iterable[str]]:
    if case.measure == "prefill":
        return [term.keys for term in case.deployment.prefill_terms(case.prompt)[:3]]
    if case.single_step:
        return [term.keys for term in case.deployment.decode_terms(case.prompt)]
    return []


def _cases(path: Path) -> tuple[list[Case], list[tuple[str, str]]]:
    """The rows of a file that can be predicted, and (row, reason) of those that cannot."""
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise ValueError(f"the columns {', '.join(missing)} are missing")
        rows = list(reader)
    cases, skipped = [], []
    for number, row in enumerate(rows, start=2):
        found = read(row)
        if isinstance(found, str):
            skipped.append((row.get("id") or f"line {number}", found))
        else:
            cases.append(found)
    return cases, skipped


def _identity(case: Case) -> tuple[object, ...]:
    d = case.deployment
    where = (d.model.name, d.hardware.name, d.cards, d.software.name, d.scheme.linear.name)
    return (*where, case.measure, case.prompt, case.generated, case.batch, round(case.seconds, 9))


def _numbers(scored: Sequence[Scored]) -> dict[str, Any]:
    errors = [s.error for s in scored]
    return {
        "n": len(scored),
        "median_ape": round(stats.median(errors), 4),
        "p90_ape": round(stats.quantile(errors, 0.9), 4),
        "band_coverage": round(sum(s.covered for s in scored) / len(scored), 4),
    }


def _print_skipped(skipped: Sequence[tuple[str, str]]) -> None:
    for reason, count in Counter(reason for _, reason in skipped).most_common():
        print(f"not modelled ({count}): {REASONS[reason]}")
        for row, why in skipped:
            if why == reason:
                print(f"    {row}")


def _print_table(title: str, scored: Sequence[Scored]) -> None:
    print(f"\n{title:<24}{'n':>5}{'median':>9}{'p90':>9}{'in band':>9}")
    found = summary(scored, 0)
    by = found.get("by_software", {})
    for name, row in [*by.items(), *([("all", found)] if by else [])]:
        errors = f"{row['median_ape']:>9.1%}{row['p90_ape']:>9.1%}"
        print(f"{name:<24}{row['n']:>5}{errors}{row['band_coverage']:>9.0%}")


def _local() -> dict[str, Any]:
    from lesson_core.bench import predict_local  # the models that it times need torch

    found = predict_local.run()
    print(f"this machine: {found['n']} cases, {len(found['noisy'])} noisy")
    kept = ("n", "median_ape", "p90_ape", "by_precision")
    return {**{key: found[key] for key in kept}, "noisy": len(found["noisy"])}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="lesson_core.bench predict")
    parser.add_argument("--csv", type=Path, help="score the rows of this file instead")
    parser.add_argument("--fit", action="store_true", help="write assets/tables/efficiency.csv")
    parser.add_argument("--published", action="store_true", help="leave this machine out")
    return parser.parse_args()
