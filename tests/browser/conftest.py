"""Real servers and a real Chromium for the journeys.

`page_for(server, lang=…, theme=…, width=…, path=…)` opens a page as a first-time visitor and waits
until its script has run. Errors in the browser's console fail the test that caused them; a journey
that expects some (a server that goes away) clears `console_errors` itself. One kind is not ours: on
a deep link Streamlit first looks for its server below the page's address.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench import browser as lab

HERE = Path(__file__).parent
PROBE = "/_stcore/"
expect.set_options(timeout=30_000)  # two busy cores, a real model beside the browser

PageFor = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, or a skip; with LAB_REQUIRE_BROWSER=1 (CI) a failure instead of the skip."""
    if lab.chromium() is None:
        if os.environ.get("LAB_REQUIRE_BROWSER"):
            pytest.fail(lab.NO_CHROMIUM)
        pytest.skip(lab.NO_CHROMIUM)
    with sync_playwright() as playwright:
        chromium = lab.launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def server() -> Iterator[lab.Server]:
    """The app with the default model where it is on this machine, else with the bundled one."""
    with (
        lab.temporary_home(with_default=True) as data,
        lab.serve(lab.REPOSITORY / "app.py", data, {"LAB_OFFLINE": "1"}) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def default_model_server(server: lab.Server) -> lab.Server:
    """The same server, for journeys that need the default model."""
    if not home.is_ready(DEFAULT):
        pytest.skip(f"{DEFAULT} is not on this machine; `make model` fetches it")
    return server


@pytest.fixture(scope="session")
def bundled_server() -> Iterator[lab.Server]:
    """The app as it is where nothing could be fetched: bundled model, no network."""
    with (
        lab.temporary_home(with_default=False) as data,
        lab.serve(lab.REPOSITORY / "app.py", data, {"LAB_OFFLINE": "1"}) as running,
    ):
        yield running


@pytest.fixture
def fresh_server() -> Iterator[lab.Server]:
    """A server that nobody has visited yet, for deep links and for journeys that break things."""
    with (
        lab.temporary_home(with_default=True) as data,
        lab.serve(lab.REPOSITORY / "app.py", data, {"LAB_OFFLINE": "1"}) as running,
    ):
        yield running


@pytest.fixture
def console_errors() -> Iterator[list[str]]:
    """What the browser complained about during this test."""
    errors: list[str] = []
    yield errors
    assert errors == [], "the browser's console has errors"


@pytest.fixture
def page_for(browser: Browser, console_errors: list[str]) -> Iterator[PageFor]:
    """Open a page of a server; see the module's docstring."""
    opened: list[Page] = []

    def open_page(
        server: lab.Server, *, lang: str = "en", theme: str = "light", width: int = 1280,
        path: str = "",
    ) -> Page:  # fmt: skip
        page = lab.new_page(browser, lang=lang, theme=theme, width=width)
        opened.append(page)
        page.on("pageerror", lambda error: console_errors.append(str(error)))
        page.on(
            "console",
            lambda message: (
                console_errors.append(message.text)
                if message.type == "error" and PROBE not in message.location["url"]
                else None
            ),
        )
        page.goto(lab.address(server, path, lang))
        lab.settle(page)
        return page

    yield open_page
    for page in opened:
        page.context.close()
