"""From “run” to the verdict in the browser: code put into the editor, Ctrl+Enter.

The reference and a known mistake in turn, so that each verdict is another than the one before.
Before each run everything that the server does on the side has ended, as while a learner types: the
expected values are there, and for PyTorch a sandbox that has imported it waits.
"""

import json
import statistics
import time
from collections import defaultdict
from typing import Any

import psutil
from playwright.sync_api import Browser, Page

from lesson_core import clock
from lesson_core.bench import ui
from lesson_core.bench.browser import Server, address, new_page
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.sandbox import tiers

PROBLEMS = 2  # of each kind
EDITOR = ".cm-content"
BUTTONS = ".st-key-workbench-buttons button"
RIGHT, WRONG = "[data-testid='stAlertContentSuccess']", "[data-testid='stAlertContentWarning']"
QUIET_S, WAIT_S = 1.0, 60.0


def verdicts(browser: Browser, lab: Server, runs: int) -> dict[str, Any]:
    """Median milliseconds by kind and by problem; nothing where no learner code may run."""
    tier = tiers.standing("127.0.0.1").tier
    kinds: dict[str, list[float]] = defaultdict(list)
    problems: dict[str, float] = {}
    for problem in chosen() if tier and runs else []:
        taken = judged(new_page(browser), lab, problem, runs)
        problems[problem.id] = round(statistics.median(taken), 1)
        kinds["torch" if problem.torch else "plain"] += taken
    medians = {kind: round(statistics.median(taken), 1) for kind, taken in kinds.items()}
    return {"tier": tier, "run_to_verdict_ms": medians, "by_problem_ms": problems}


def chosen() -> list[Problem]:
    """The first of each kind."""
    every = shelf.every()
    return [one for torch in (False, True)
            for one in [one for one in every if one.torch == torch][:PROBLEMS]]  # fmt: skip


def judged(page: Page, lab: Server, problem: Problem, runs: int) -> list[float]:
    """Milliseconds of each run; playwright's TimeoutError where the verdict does not come."""
    page.add_init_script(ui.WATCH % json.dumps(BUTTONS))
    page.goto(f"{address(lab, 'workbench', 'en')}&problem={problem.id}", wait_until="commit")
    ui.settled(page, set())
    mistake = next(iter(problem.mistakes.values()))
    taken = []
    for number in range(runs):
        code, verdict = (mistake, WRONG) if number % 2 else (problem.reference, RIGHT)
        page.click(EDITOR)
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(code)
        ui.settled(page, set())
        until_idle(lab)
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(verdict)
        taken.append(1e3 * ui.since_click(page, set()))
    page.context.close()
    return taken


def until_idle(lab: Server) -> None:
    """Until nothing that the server started computes: sandboxes wait, keys are there."""
    stop, before = clock.now() + WAIT_S, -1.0
    while clock.now() < stop:
        spent = 0.0
        for child in psutil.Process(lab.pid).children(recursive=True):
            try:
                spent += sum(child.cpu_times()[:2])
            except psutil.NoSuchProcess:
                continue
        if spent == before:
            return
        before = spent
        time.sleep(QUIET_S)
    raise RuntimeError("the server did not come to rest")
