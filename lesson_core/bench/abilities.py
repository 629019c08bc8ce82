"""What the models of the lab can do, part by part, on public labelled sets.

Each part is a module `lesson_core.bench.abilities_<part>` with one function `measure(data)`: it
takes the folder of the data sets (`--data`, by default ../shared/data beside the repository) and
returns the numbers that the last line carries under the part's name. A part whose data or models
are not here is skipped and says why: {"skipped": "…"}; nothing is made up in its place. `seconds`
is how long a part took. torch computes on one thread: the sums have one order, and a second core
that another program uses holds nothing up.
"""

import argparse
import importlib
import json
from pathlib import Path
from typing import Any

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.model.threads import using_threads

PARTS = (
    "ladder",
    "zero_shot",
    "few_shot",
    "classify",
    "vectors",
    "perplexity",
    "distil",
    "translate",
)
"""Finished parts, in the order they run: a new one is one name here."""

DATA = Path(__file__).parents[3] / "shared" / "data"


def main() -> int:
    """Run the named parts, or all; the last line is one JSON object."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench abilities")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder of the data sets")
    parser.add_argument("--only", choices=PARTS, action="append", help="a part; may be repeated")
    args = parser.parse_args()
    report: dict[str, Any] = {}
    for part in args.only or PARTS:
        report[part] = measured(part, args.data)
        print(f"{part}: {json.dumps(report[part])}", flush=True)
    print(json.dumps(report))
    return 0


def measured(part: str, data: Path) -> dict[str, Any]:
    """The numbers of one part, or why there are none."""
    module = importlib.import_module(f"lesson_core.bench.abilities_{part}")
    begun = clock.now()
    try:
        with using_threads(1):
            numbers: dict[str, Any] = module.measure(data)
    except LabError as problem:
        if problem.code not in ("data_missing", "artefact_missing"):
            raise
        return {"skipped": str(problem)}
    return {**numbers, "seconds": round(clock.now() - begun, 1)}
