"""Practice as a learner feels it: from the key that rates a card to the next one, and to a verdict.

A real server whose database holds months of answers, so that hundreds of questions are due, and a
real Chromium. Each round answers a card, whatever its kind, rates it by the key 3, and takes the
time inside the browser from that key to the last movement of the page: then the next card is
there and takes replies. In the same round an empty Streamlit app (one line, one button) reruns, and
is timed alike. `answer_shown` is the time from the check to the worked answer.

`run_to_verdict_ms`: see `practice_verdicts`, for problems without and with PyTorch.
"""

import argparse
import contextlib
import json
import random
import statistics
import uuid
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from lesson_core.bench import ui
from lesson_core.bench.browser import REPOSITORY, address, launch, new_page, serve, temporary_home
from lesson_core.bench.practice_verdicts import verdicts
from lesson_core.learn import bank
from lesson_core.learn.practice import Desk
from lesson_core.learn.spacing import RATINGS
from lesson_core.schema.answers import Answer
from lesson_core.schema.question import Measured
from lesson_core.store.database import FILE, Store, sqlite_url
from lesson_core.store.tables import LEARNER

BAR_MS = 300.0  # p95 of answer to next card, above the empty app's p95
CARD = ".st-key-card-practice"
NEXT = ".st-key-practice-next button"
GOOD_KEY = "3"
Times = dict[str, list[float]]  # milliseconds by what was timed


def main() -> int:
    """Print a table and, last, one line of JSON; 1 if the next card comes too late."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.bench practice")
    parser.add_argument("--cards", type=int, default=30)
    parser.add_argument("--runs", type=int, default=3, help="of each coding problem")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        data = stack.enter_context(temporary_home(with_default=False))
        kept = remember(data / FILE, random.Random(1), asked.cards)
        script = data / "empty_app.py"
        script.write_text(ui.EMPTY_APP, encoding="utf-8")
        empty = stack.enter_context(serve(script, data / "empty", cwd=data))
        lab = stack.enter_context(serve(REPOSITORY / "app.py", data))
        browser = launch(stack.enter_context(sync_playwright()))
        bare = opened(new_page(browser), address(empty, "", "en"), ui.ALIVE_EMPTY)
        page = opened(new_page(browser), address(lab, "practice", "en"), CARD)
        times = rounds(page, bare, asked.cards)
        judged = verdicts(browser, lab, asked.runs)
        browser.close()
    report = summary(times) | {"cards": asked.cards, "answers_kept": kept} | judged
    for name, value in report.items():
        print(f"{name:24} {value}")
    print(json.dumps(report))
    return 0 if report["above_empty_p95_ms"] <= BAR_MS else 1


def remember(file: Path, draw: random.Random, due: int) -> int:
    """Months of answers to every question, none in the last weeks; how many answers.

    RuntimeError if fewer than `due` questions are due then.
    """
    now = datetime.now(UTC)
    questions = [one for one in bank.every() if not isinstance(one, Measured)]
    said: list[Answer] = []
    for asked in questions:
        for days in sorted(draw.sample(range(60, 200), draw.randrange(1, 7)), reverse=True):
            for kind, value in (
                ("answer", {"correct": draw.random() < 0.8}),
                ("review", {"rating": draw.choice(RATINGS)}),
            ):
                said.append(Answer(
                    uuid=str(uuid.UUID(int=draw.getrandbits(128))), learner=LEARNER,
                    page=asked.lesson, kind=kind, key=asked.id, value=value,  # type: ignore[arg-type]
                    created_at=(now - timedelta(days=days)).isoformat(),
                ))  # fmt: skip
    store = Store.open(sqlite_url(file))
    store.answers.extend(said, learner=LEARNER)
    store.close()
    waiting = len(Desk(questions=questions, said=said).queue(now))
    if waiting < due:
        raise RuntimeError(f"only {waiting} questions are due")
    return len(said)


def opened(page: Page, url: str, alive: str) -> Page:
    """The page, watched and at rest."""
    page.add_init_script(ui.WATCH % json.dumps(alive))
    page.goto(url, wait_until="commit")
    ui.settled(page, set())
    return page


def rounds(page: Page, bare: Page, cards: int) -> Times:
    """All of them, after one that only warms up."""
    times: Times = defaultdict(list)
    for number in range(cards + 1):
        before = page.locator(CARD).inner_text()
        answer(page)
        shown = ui.since_click(page, set())
        page.keyboard.press(GOOD_KEY)
        following = ui.since_click(page, set())
        if page.locator(CARD).inner_text() == before or page.locator(NEXT).count():
            raise RuntimeError(f"no other card followed: {before!r}")
        bare.click(ui.CHEAP_EMPTY)
        empty = ui.since_click(bare, set())
        if number > 0:
            times["answer_shown"].append(1e3 * shown)
            times["answer_to_next"].append(1e3 * following)
            times["empty"].append(1e3 * empty)
    return times


def answer(page: Page) -> None:
    """Say something to the card on the table, right or wrong, until it can be rated."""
    card = page.locator(CARD)
    check = card.locator("[data-testid='stFormSubmitButton'] button")
    if card.locator("[data-testid='stRadio']").count():
        card.locator("[data-testid='stRadio'] label:has(input)").first.click()
        check.click()
    elif card.locator("textarea").count():
        card.locator("textarea").fill("In my own words.")
        check.click()
        card.locator("[data-testid='stButtonGroup'] button").first.click()
    else:
        card.locator("input[type='text']").fill("1")
        page.keyboard.press("Enter")
    page.wait_for_selector(NEXT)


def summary(times: Times) -> dict[str, float]:
    """Medians and 95th percentiles, and how far the next card is above the empty app."""
    report: dict[str, float] = {}
    for name, taken in times.items():
        report[f"{name}_p50_ms"] = round(statistics.median(taken), 1)
        report[f"{name}_p95_ms"] = round(p95(taken), 1)
    above = report["answer_to_next_p95_ms"] - report["empty_p95_ms"]
    return report | {"above_empty_p95_ms": round(above, 1)}


def p95(taken: list[float]) -> float:
    """The smallest value that 95 % of them do not exceed."""
    return sorted(taken)[-(-95 * len(taken) // 100) - 1]
