"""How long the live runs of the abilities and code pages take, and how soon a cancelled one stops.

Each job runs with what its page begins with, in a worker as the pages have it: once to its end,
once cancelled when `CANCEL_AT` of that time has passed. One after the other, nothing beside them.
Jobs whose models are not here are left out and named.
"""

import argparse
import dataclasses
import json
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from lesson_core import clock
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.compute.jobs import JobManager
from lesson_core.learn import content
from lesson_core.schema.jobs import ENDED
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import SPECS

JOBS = (
    "zero_shot", "how_zero_shot", "few_shot", "evaluate", "classify", "word_vectors",
    "train_vectors", "broken_transformer", "train_transformer", "translation", "measure_ladder",
    "train_rungs", "rung_samples", "distil",
)  # fmt: skip
CANCEL_AT = 0.4
LOOK_S = 0.02


def main() -> int:
    """Print a table and, last, one line of JSON; 1 if a run failed."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench live")
    parser.add_argument("--only", choices=JOBS, action="append", help="a job; may be repeated")
    chosen = parser.parse_args().only or JOBS
    report: dict[str, Any] = {}
    with TemporaryDirectory() as folder:
        manager = JobManager(home=Path(folder))
        try:
            for name in chosen:
                report[name] = measured(manager, name)
                print(f"{name:20} {json.dumps(report[name])}", flush=True)
        finally:
            manager.shutdown()
    whole = [row["whole_s"] for row in report.values() if "whole_s" in row]
    stops = [row["stopped_s"] for row in report.values() if "stopped_s" in row]
    worst = {"longest_s": max(whole, default=None), "slowest_stop_s": max(stops, default=None)}
    print(json.dumps({**worst, "jobs": report}))
    return int(any("failed" in row for row in report.values()))


def measured(manager: JobManager, name: str) -> dict[str, Any]:
    """Seconds of a whole run, and from a cancel to the end of another."""
    state, whole_s = run(manager, name, None)
    if state in ("artefact_missing", "data_missing"):
        return {"skipped": state}
    if state != "done":
        return {"failed": state}
    _, stopped_s = run(manager, name, CANCEL_AT * whole_s)
    return {"whole_s": round(whole_s, 2), "stopped_s": round(stopped_s, 2)}


def run(manager: JobManager, name: str, cancel_after: float | None) -> tuple[str, float]:
    """How the job ended, and the seconds from its start, or from the cancel, until then."""
    job = manager.submit(name, spec_of(name), session=name)
    begun: float | None = None
    cancelled = False
    while True:
        status = manager.status(job)
        assert status is not None
        now = clock.now()
        if begun is None and status.state != "queued":
            begun = now
        if status.state in ENDED:
            code = (status.error or {}).get("code", "")
            return code or status.state, now - (begun or now)
        if cancel_after is not None and not cancelled and begun and now - begun > cancel_after:
            manager.cancel(job)
            begun, cancelled = now, True
        time.sleep(LOOK_S)


def spec_of(name: str) -> Any:
    """What the page of this job begins with."""
    text = content.sections("evaluate", "en")["answer-2min"]
    given: dict[str, dict[str, Any]] = {
        "evaluate": {"text": text},
        "word_vectors": {"text": text, "other": "dog bites man"},
        "train_vectors": {"corpus": "en"},
        "translation": {"text": "My sister bought a new bicycle yesterday.", "target": "zh"},
        "rung_samples": {"prompt": "The sky is blue because"},
    }
    wanted = {field.name for field in dataclasses.fields(SPECS[name])}
    model = FALLBACK if name == "distil" else DEFAULT  # the teacher, as on its page
    recipe = {"recipe": Recipe(model=model, device="cpu")} if "recipe" in wanted else {}
    return SPECS[name](**recipe, **given.get(name, {}))
