"""One process per pair: our engine and one peer, and the reports of all pairs put together.

With all engines in one process the peers' idle threads go on spinning through the others' turns:
Hugging Face then decoded 16 tokens a second on a machine where it decodes 27 beside us alone.
"""

import argparse
import json
import subprocess
import sys
from statistics import median
from typing import Any


def measured(precision: str, peer: str, args: argparse.Namespace) -> dict[str, Any]:
    """The report of one pair, from a process of its own; raises RuntimeError with what it said."""
    batch_rounds = args.batch_rounds if peer == "transformers" else 0
    command = [
        sys.executable, "-W", "ignore", "-m", "lesson_core.bench", "engine",
        "--precisions", precision, "--peers", peer, "--folder", str(args.folder),
        "--rounds", str(args.rounds), "--batch-rounds", str(batch_rounds),
        "--threads", str(args.threads),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.strip().splitlines()
    if not lines or not lines[-1].startswith("{"):
        raise RuntimeError(f"{precision} beside {peer}: {done.stderr[-2000:]}")
    report: dict[str, Any] = json.loads(lines[-1])
    return report


def merged(reports: dict[tuple[str, str], dict[str, Any]]) -> dict[str, Any]:
    """All pairs in one report. Ours appears once beside each peer; of what is ours alone (bound,
    bandwidth) the median over the pairs counts, of agreement all of them."""
    precisions = list(dict.fromkeys(precision for precision, _ in reports))

    def of(precision: str, key: str) -> list[Any]:
        return [r[key][precision] for (name, _), r in reports.items() if name == precision]

    ratios: dict[str, dict[str, float]] = {}
    for report in reports.values():
        for name, by_peer in report["ratios"].items():
            ratios.setdefault(name, {}).update(by_peer)
    return {
        "ratios": ratios,
        "bound_fraction": {p: round(median(of(p, "bound_fraction")), 3) for p in precisions},
        "agree": {p: all(of(p, "agree")) for p in precisions},
        "bandwidth_gb_s": {p: round(median(of(p, "bandwidth_gb_s")), 2) for p in precisions},
        "rows": [
            {**row, "beside": peer}
            for (_, peer), report in reports.items() for row in report["rows"]
        ],
    }  # fmt: skip
