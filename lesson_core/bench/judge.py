"""From the click to the verdict: plain code, PyTorch code in a warm sandbox and in a cold one.

Each number is the wall time of one whole run as the workbench has it: sandbox, code, comparison.
`overhead_s` is a run in a fresh sandbox less the same Python started plainly. `overrun_s` is how
long after its wall limit an endless loop is gone with all that it started.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import psutil

from lesson_core import clock
from lesson_core.learn.judge import Case, Run, Task, judge
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.plan import Plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.run import Job, Outcome, Sandbox

SUM = Task("add", (Case((2, 3), 5),))
PRODUCT = Task("add", (Case((2, 3), 5),), torch=True)
CODE = "def add(a, b):\n    return a + b\n"
TORCH_CODE = "import torch\ndef add(a, b):\n    return int(torch.tensor(a) + torch.tensor(b))\n"
ENDLESS = "import os\nos.fork()\nwhile True: pass\n"
WARM_S = 60.0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench judge")
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    standing = tiers.standing("127.0.0.1")
    if standing.tier is None:
        print(json.dumps({"tier": None}))
        return 1

    def plan(torch: bool) -> Plan:
        return standing.plan(torch=torch)

    def fresh(job: Job, torch: bool = False) -> Outcome:
        return Sandbox(plan(torch)).run(job)

    pool = Pool(plan)
    rows = {
        "plain_s": samples(runs, lambda: verdict(fresh, SUM, CODE)),
        "python_s": samples(runs, plain_python),
        "torch_cold_s": samples(min(runs, 3), lambda: verdict(fresh, PRODUCT, TORCH_CODE)),
        "torch_warm_s": samples(runs, lambda: verdict(pool.run, PRODUCT, TORCH_CODE), pool),
        "overrun_s": [overrun(plan(False)) for _ in range(3)],
    }
    pool.close()
    medians: dict[str, Any] = {name: statistics.median(found) for name, found in rows.items()}
    for name, found in rows.items():
        print(f"{name:14} median {medians[name]:.3f} of {len(found)}, max {max(found):.3f}")
    medians["overhead_s"] = medians["plain_s"] - medians["python_s"]
    print(json.dumps({"tier": standing.tier, "runs": runs, **medians}))
    return 0


def samples(runs: int, action: Callable[[], None], warm: Pool | None = None) -> list[float]:
    """Seconds of each run; with `warm`, only after the spare has finished its imports."""
    found = []
    for _ in range(runs):
        if warm is not None:
            warm.warm()
            until_ready(warm)
        start = clock.now()
        action()
        found.append(clock.now() - start)
    return found


def until_ready(pool: Pool) -> None:
    """Until the spare sleeps: it then waits for its job."""
    stop = clock.now() + WARM_S
    before = -1.0
    while clock.now() < stop and pool.spare_pid is not None:
        time.sleep(0.5)
        family = psutil.Process(pool.spare_pid).children(recursive=True)
        spent = sum(sum(child.cpu_times()[:2]) for child in family)
        if spent > 0.5 and spent == before:
            return
        before = spent
    raise RuntimeError("the spare did not become ready")


def verdict(run: Run, task: Task, code: str) -> None:
    found = judge(task, code, run)
    if not found.passed:
        raise RuntimeError(f"the judge is wrong: {found.first}")


def plain_python() -> None:
    subprocess.run([sys.executable, "-I", "-c", CODE], check=True)


def overrun(what: Plan) -> float:
    """Seconds beyond a wall limit of one second until all that an endless run started is gone."""
    short = Plan(what.tier, what.limits.but(wall_s=1.0), what.measures, what.filter)
    outcome = Sandbox(short).run(Job(ENDLESS, "add", ((1, 1),)))
    if outcome.cause != "time" or outcome.left_behind:
        raise RuntimeError(f"an endless run ended as {outcome.cause}")
    return outcome.wall_s - short.limits.wall_s
