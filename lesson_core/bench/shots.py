"""Pictures of every page: docs/screenshots/<page>-<lang>-<theme>-<width>.png (`make shots`).

Where `pngquant` is installed, their colours are counted down to what a page needs: a third of the
bytes, and no difference that an eye finds.
"""

import itertools
import json
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, sync_playwright

from lesson_core.bench.browser import (
    REPOSITORY,
    address,
    launch,
    new_page,
    serve,
    settle,
    temporary_home,
)
from lesson_core.bench.ui import ALIVE, QUIET, WATCH, page_paths

FOLDER = REPOSITORY / "docs" / "screenshots"
LANGUAGES = ("en", "zh")
THEMES = ("light", "dark")
WIDTHS = {1280: 1300, 390: 1500}  # pixels: width -> height that shows the living part whole
RUN = "[data-testid='stMain'] [data-testid^='stBaseButton-primary']"
STILL_MS = 2_500
RUN_IS_OVER_MS = 9_000  # a measured run is looked at once a second, and loads a model first
GUESSES = {
    "home": "4", "machine": "200", "what-is-an-llm": "10", "inference-pipeline": "40",
    "measuring": "15", "two-regimes": "16", "size": "900", "kv-cache": "3", "compression": "2.5",
    "fusion": "1.5", "speculative": "1.5", "optimise": "6", "planner": "20", "batching": "2",
    "caching": "40", "parallelism": "1.5", "architectures": "120", "endpoint": "3",
    "zero-shot": "60", "evaluate": "25", "string-to-vector": "80",
    "transformer": "2", "how-zero-shot": "50", "why-parameters": "20", "classification": "70",
    "translation": "20",
}  # fmt: skip
PRACTICE = ("practice", "interview", "workbench", "spot-the-bug", "progress")
NOTHING_RUNS = ("planner", "endpoint")  # the second needs a server to measure


def main(wanted: list[str] | None = None) -> int:
    """Take the pictures of the named pages, or of all."""
    every = page_paths() | {name: name for name in PRACTICE}
    paths = {k: v for k, v in every.items() if not wanted or k in wanted}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        temporary_home(with_default=True) as data,
        serve(REPOSITORY / "app.py", data) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for page_id, path in paths.items():
            job = ""  # the page's first picture runs the experiment, the others show that run
            for lang, theme, width in itertools.product(LANGUAGES, THEMES, WIDTHS):
                page = new_page(browser, lang=lang, theme=theme, width=width, height=WIDTHS[width])
                file = FOLDER / f"{page_id}-{lang}-{theme}-{width}.png"
                job = shoot(page, address(server, path, lang), page_id, job, file)
                print(file.relative_to(REPOSITORY))
        browser.close()
    return 0


def shoot(page: Page, link: str, page_id: str, job: str, file: Path) -> str:
    """One picture of a page with a guess made and its run over; returns the run's id."""
    page.add_init_script(WATCH % json.dumps(ALIVE))
    page.goto(f"{link}&job={job}" if job else link)
    settle(page)
    if page_id in GUESSES and not job:  # the link to a run brings the guess along
        page.fill(f".st-key-{page_id}-reply input", GUESSES[page_id])
        page.click(f".st-key-{page_id}-lock button")
        page.wait_for_selector(f".st-key-{page_id}-again button")
        settle(page)
        if page_id not in NOTHING_RUNS:
            page.locator(RUN).first.click()
            page.wait_for_url("**job=**")
            job = parse_qs(urlsplit(page.url).query)["job"][0]
            page.wait_for_function(QUIET % RUN_IS_OVER_MS, polling=250, timeout=400_000)
    page.mouse.move(0, 0)
    page.wait_for_function(QUIET % STILL_MS, polling=250, timeout=180_000)
    page.evaluate("document.fonts.ready")
    page.screenshot(path=file, animations="disabled")
    shrink(file)
    page.context.close()
    return job


def shrink(file: Path) -> None:
    """Fewer colours, if the program for it is there."""
    program = shutil.which("pngquant")
    if program:
        limits = ["--quality=80-98", "--speed=1", "--skip-if-larger", "--force"]
        # 98 and 99 say that the picture would lose too much or grow: then it stays as it is.
        done = subprocess.run([program, *limits, "--output", str(file), str(file)], check=False)
        if done.returncode not in (0, 98, 99):
            raise RuntimeError(f"pngquant: {done.returncode}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
