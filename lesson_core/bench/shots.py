"""Pictures of every page: docs/screenshots/<page>-<lang>-<theme>-<width>.png (`make shots`)."""

import itertools
import json
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
from lesson_core.bench.ui import QUIET, WATCH, page_paths

FOLDER = REPOSITORY / "docs" / "screenshots"
LANGUAGES = ("en", "zh")
THEMES = ("light", "dark")
WIDTHS = {1280: 1300, 390: 1500}  # pixels: width -> height that shows the living part whole
RUN = "[data-testid='stMain'] [data-testid^='stBaseButton-primary']"
RUN_IS_OVER_MS = 2_500  # a page that follows a run moves several times a second


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
    """One picture, after the page's own first run, so that something is to be seen."""
    page = new_page(browser, lang=lang, theme=theme, width=width, height=WIDTHS[width])
    page.add_init_script(WATCH % json.dumps("body"))
    page.goto(address(server, path, lang))
    settle(page)
    _run(page)
    page.evaluate("document.fonts.ready")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=file, animations="disabled")
    page.context.close()


def _run(page: Page) -> None:
    """Press the page's main button, if it has one, and wait until nothing moves any more."""
    button = page.locator(RUN)
    if button.count() == 0:
        return
    button.first.click()
    page.wait_for_function(QUIET % RUN_IS_OVER_MS, polling=250, timeout=180_000)
    page.mouse.move(0, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
