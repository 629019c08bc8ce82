"""Pictures of every page: docs/screenshots/<page>-<lang>-<theme>-<width>.png (`make shots`)."""

import itertools
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from lesson_core.bench.browser import (
    REPOSITORY,
    Server,
    address,
    launch,
    new_page,
    serve,
    settle,
    temporary_home,
)
from lesson_core.bench.ui import page_paths

FOLDER = REPOSITORY / "docs" / "screenshots"
LANGUAGES = ("en", "zh")
THEMES = ("light", "dark")
WIDTHS = {1280: 900, 390: 844}  # pixels: width -> height of the first screen


def main(wanted: list[str] | None = None) -> int:
    """Take the pictures of the named pages, or of all."""
    paths = {k: v for k, v in page_paths().items() if not wanted or k in wanted}
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        temporary_home(with_default=True) as data,
        serve(REPOSITORY / "app.py", data) as server,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for page_id, lang, theme, width in itertools.product(paths, LANGUAGES, THEMES, WIDTHS):
            file = FOLDER / f"{page_id}-{lang}-{theme}-{width}.png"
            shoot(browser, server, paths[page_id], lang, theme, width, file)
            print(file.relative_to(REPOSITORY))
        browser.close()
    return 0


def shoot(
    browser: Browser, server: Server, path: str, lang: str, theme: str, width: int, file: Path
) -> None:
    """One picture: home answers its example first, so that the clock shows something."""
    page = new_page(browser, lang=lang, theme=theme, width=width, height=WIDTHS[width])
    page.goto(address(server, path, lang))
    settle(page)
    if path == "":
        _run_the_example(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, animations="disabled")
    page.context.close()


def _run_the_example(page: Page) -> None:
    run = page.locator(".st-key-home-run button")
    if run.count():
        run.first.click()
        page.wait_for_timeout(500)
        page.wait_for_selector(".st-key-home-run button:not([disabled])", timeout=120_000)
        settle(page, timeout_s=120)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
