"""Kill the worker again and again while a browser watches: does anybody lose their session?

A real server, a real Chromium with the home page open. Each round presses Run, waits for the first
token, and sends the worker a signal (SIGKILL, SIGSEGV, SIGSTOP in turn). Then the page must show
the sentence that names the signal, still be connected, still hold what was typed into it; and the
next round's run must reach its first token.

`next_job_s` is the time from the signal until the page shows that a new worker has begun the next
run: noticing the death, the sentence, the click, a process with its imports; after a SIGSTOP it
holds the seconds until the silence is noticed. `next_token_s` ends at the run's first token, so it
adds loading the model. A session is lost if the page was loaded anew, or if the server filed a
job under another session id.
"""

import argparse
import json
import signal
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa
from playwright.sync_api import Page, TimeoutError, sync_playwright

from lesson_core import clock
from lesson_core.bench.browser import (
    REPOSITORY,
    SETTLED,
    Server,
    address,
    launch,
    new_page,
    serve,
    settle,
    temporary_home,
)
from lesson_core.learn import words
from lesson_core.schema.jobs import ENDED
from lesson_core.store.database import FILE, Store, sqlite_url
from lesson_core.store.tables import jobs

PROMPT = ".st-key-home-prompt input, .st-key-home-prompt textarea"
RUN = ".st-key-home-run button"
MESSAGE = ".st-key-home-clock .message"
TOKEN = ".st-key-home-clock .answer [data-i]"
CONNECTED = "[data-testid='stApp'][data-test-connection-state='CONNECTED']"

SIGNALS = (signal.SIGKILL, signal.SIGSEGV, signal.SIGSTOP)
WAIT_S = 60.0


@dataclass(frozen=True)
class Kill:
    """One round. Seconds from the signal to the sentence, the next run's start and first token."""

    signal: str
    said: bool
    alive: bool
    sentence_s: float
    next_job_s: float | None = None
    next_token_s: float | None = None


def main() -> int:
    """Print a table and, last, one line of JSON; 1 if a session or a job was lost."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench kills")
    parser.add_argument("--kills", type=int, default=100)
    count = parser.parse_args().kills
    with temporary_home(with_default=True) as data, serve(REPOSITORY / "app.py", data) as server:
        with sync_playwright() as playwright:
            browser = launch(playwright)
            kills, finished = _rounds(new_page(browser), server, data, count)
            browser.close()
        sessions = _sessions(data)
    report = _report(kills, sessions)
    _print_table(kills)
    print(f"last run finished: {finished}; session ids seen by the server: {sessions}")
    print(json.dumps(report))
    ok = report["jobs_after_kill_ok"] == count and report["sessions_lost"] == 0 and finished
    return 0 if ok and all(kill.said for kill in kills) else 1


def _rounds(page: Page, server: Server, data: Path, count: int) -> tuple[list[Kill], bool]:
    page.goto(address(server, "", "en"))
    settle(page)
    page.evaluate("window.marker = 'never loaded anew'")
    kills: list[Kill] = []
    struck_s, job = 0.0, ""
    for number in range(count + 1):
        prompt = f"Kill {number}: write a long story about the sea."
        job = _start_run(page, prompt, job)
        begun = _until(page, lambda: _has_begun(page))
        begun_s = clock.now()
        answered = begun and _until(page, lambda: page.locator(TOKEN).count() > 0)
        if kills and answered:
            kills[-1] = replace(
                kills[-1], next_job_s=begun_s - struck_s, next_token_s=clock.now() - struck_s
            )
        if number == count:
            break
        how = SIGNALS[number % len(SIGNALS)]
        struck_s = clock.now()
        _worker(server.pid).send_signal(how)
        said = _until(page, lambda how=how: how.name in _text(page))  # type: ignore[misc]
        kills.append(Kill(how.name, said, _alive(page, prompt), clock.now() - struck_s))
        print(f"{number + 1}/{count} {kills[-1]}", flush=True)
    store = Store.open(sqlite_url(data / FILE))
    _until(page, lambda: _state(store, job) in ENDED, 5 * WAIT_S)
    finished = _state(store, job) == "done"
    store.close()
    return kills, finished


def _start_run(page: Page, prompt: str, previous: str) -> str:
    """Type, press Run, wait for the new job's id in the address."""
    page.fill(PROMPT, prompt)
    page.click(RUN)

    def job() -> str:
        found: str = page.evaluate("new URLSearchParams(location.search).get('job') || ''")
        return found

    if not _until(page, lambda: job() not in ("", previous)):
        raise RuntimeError(f"the page did not start a job: {_text(page)!r}")
    return job()


def _state(store: Store, job: str) -> str:
    record = store.jobs.load(job)
    return record.state if record else "unknown"


def _has_begun(page: Page) -> bool:
    """Whether the clock says something that only a worker can have told it."""
    text = _text(page)
    waiting = {words.t("en", "clock.starting"), words.t("en", "clock.queued", position=1)}
    return text not in waiting and not any(how.name in text for how in SIGNALS)


def _until(page: Page, condition: Callable[[], bool], wait_s: float = WAIT_S) -> bool:
    end_s = clock.now() + wait_s
    while clock.now() < end_s:
        if condition():
            return True
        page.wait_for_timeout(50)
    return False


def _text(page: Page) -> str:
    """What the clock says about the run, as far as it says anything."""
    try:
        return page.locator(MESSAGE).first.inner_text(timeout=2_000)
    except TimeoutError:
        return ""


def _alive(page: Page, prompt: str) -> bool:
    """Connected, never loaded anew, and what was typed is still there."""
    try:
        page.wait_for_selector(SETTLED, timeout=10_000)
    except TimeoutError:
        return False
    marked = page.evaluate("window.marker") == "never loaded anew"
    return marked and page.locator(CONNECTED).count() == 1 and page.input_value(PROMPT) == prompt


def _worker(server_pid: int) -> psutil.Process:
    """The server's interactive worker."""
    end_s = clock.now() + WAIT_S
    while clock.now() < end_s:
        for child in psutil.Process(server_pid).children(recursive=True):
            try:
                command = child.cmdline()
                if "lesson_core.compute.worker_main" in command and "interactive" in command:
                    return child
            except psutil.Error:
                continue
        time.sleep(0.05)
    raise RuntimeError("the server has no interactive worker")


def _sessions(data: Path) -> int:
    """How many session ids the server filed jobs under; one browser tab must have had one."""
    engine = sa.create_engine(sqlite_url(data / FILE))
    with engine.connect() as connection:
        found = connection.execute(sa.select(sa.func.count(jobs.c.session.distinct()))).scalar()
    engine.dispose()
    return int(found or 0)


def _report(kills: list[Kill], sessions: int) -> dict[str, Any]:
    return {
        "kills": len(kills),
        "sessions_lost": max(sessions - 1, sum(not kill.alive for kill in kills)),
        "sentences_shown": sum(kill.said for kill in kills),
        "jobs_after_kill_ok": sum(kill.next_token_s is not None for kill in kills),
        "next_job_s": _spread(kill.next_job_s for kill in kills),
        "next_token_s": _spread(kill.next_token_s for kill in kills),
    }


def _spread(samples: Iterable[float | None]) -> dict[str, float]:
    times = sorted(sample for sample in samples if sample is not None)
    if not times:
        return {}
    p95 = times[min(len(times) - 1, int(0.95 * len(times)))]
    values = {"median": statistics.median(times), "p95": p95, "max": times[-1]}
    return {name: round(value, 3) for name, value in values.items()}


def _print_table(kills: list[Kill]) -> None:
    print(
        "signal     kills  said  alive  next ok   seconds to: sentence  next run  its first token"
    )
    for how in SIGNALS:
        rows = [kill for kill in kills if kill.signal == how.name]
        if rows:
            good = sum(kill.next_token_s is not None for kill in rows)
            counts = (len(rows), sum(k.said for k in rows), sum(k.alive for k in rows), good)
            print(f"{how.name:<10}" + "{:>6}{:>6}{:>7}{:>9}".format(*counts), end="")
            print(f"{_spread(k.sentence_s for k in rows).get('median', 0):>23.2f}", end="")
            print(f"{_spread(k.next_job_s for k in rows).get('median', 0):>10.2f}", end="")
            print(f"{_spread(k.next_token_s for k in rows).get('median', 0):>17.2f}  (medians)")
