"""The lab's components in a real Chromium: they draw, link, scrub, and stay put while growing."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from socket import socket
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
CHROMIUM = next(
    (p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def harness() -> Iterator[str]:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "tests/browser/harness/app.py",
               "--server.port", str(port), "--server.headless", "true"]  # fmt: skip
    env = {**os.environ, "LAB_STRICT_WORDS": "1", "PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{base}/_stcore/health")
        yield base
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(url: str) -> None:
    for _ in range(150):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"{url} did not come up")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        flags = [
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--no-first-run",
        ]
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(harness: str, browser: Any) -> Iterator[Any]:
    pages: list[Any] = []

    def go(
        component: str, state: str = "done", lang: str = "en", width: int = 1280, **more: Any
    ) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, **more)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        pages.append(page)
        page.goto(f"{harness}/?c={component}&s={state}&lang={lang}")
        page.locator(".lab").wait_for()
        return page

    yield go
    problems = [problem for page in pages for problem in page.problems]
    for page in pages:
        page.close()
    assert problems == []


def test_clock_links_words_and_bars(visit: Any) -> None:
    page = visit("token_clock")
    page.locator(".token", has_text="light").hover()
    assert "on" in (page.locator(".bar").nth(7).get_attribute("class") or "").split()
    assert "“light”" in page.locator(".detail").inner_text()
    page.locator(".bar.prefill").hover()
    assert "on" in (page.locator(".token").first.get_attribute("class") or "").split()


def test_clock_by_keyboard(visit: Any) -> None:
    page = visit("token_clock")
    plot = page.locator(".plot")
    plot.focus()
    page.keyboard.press("Home")
    assert "tokenize" in (plot.get_attribute("aria-valuetext") or "")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "“␣sky”" in (plot.get_attribute("aria-valuetext") or "")
    page.keyboard.press("End")
    assert page.locator(".bar.on").count() == 1


def test_clock_scrubs_token_by_token(visit: Any) -> None:
    page = visit("token_clock")
    scrub = page.locator("input[type=range]")
    scrub.focus()
    page.keyboard.press("Home")
    assert page.locator(".token.future").count() == page.locator(".token").count()
    page.keyboard.press("ArrowRight")  # past tokenize
    page.keyboard.press("ArrowRight")  # past prefill: its token is there
    assert page.locator(".token.future").count() == page.locator(".token").count() - 1
    assert "1 tokens" in (scrub.get_attribute("aria-valuetext") or "")


def test_clock_shows_text_as_text(visit: Any) -> None:
    page = visit("token_clock")
    assert page.locator(".answer b").count() == 0
    assert "<b>" in page.locator(".answer").inner_text()
    assert page.locator("table td", has_text="<b>").count() == 1


def test_clock_grows_without_moving_or_redrawing(visit: Any) -> None:
    page = visit("token_clock", "live")
    page.locator(".bar.prefill").wait_for(state="attached")
    keep = "() => { window.firstBar = [...document.querySelectorAll('*')].map((e) => "
    keep += "e.shadowRoot?.querySelector('.bar.prefill')).find(Boolean); }"
    page.evaluate(keep)
    top = page.locator(".plot").bounding_box()["y"]
    page.locator(".clock[data-state=done]").wait_for()
    assert page.locator(".plot").bounding_box()["y"] == top
    assert page.evaluate("() => window.firstBar.isConnected")


def test_clock_replays_and_stops(visit: Any) -> None:
    page = visit("token_clock")
    page.locator("button.replay").click()
    page.locator("button.replay.playing").wait_for()
    assert page.locator(".token.future").count() > 0
    page.locator("button.replay:not(.playing)").wait_for(timeout=5000)
    assert page.locator(".token.future").count() == 0


def test_clock_action_reaches_python(visit: Any) -> None:
    page = visit("token_clock")
    page.locator("button.link").click()
    page.get_by_text("action: measure").wait_for()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_clock_fits_a_phone(visit: Any, lang: str) -> None:
    page = visit("token_clock", lang=lang, width=360)
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    for part in page.locator(".stat .head, .stat .value, .label:visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360
