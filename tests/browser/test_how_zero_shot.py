"""The page on how zero-shot comes about: readers, own sentences, episodes, cancelled and whole."""

import pytest
from playwright.sync_api import Page, expect

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.bench import browser as lab
from tests.browser.test_speed_journeys import LONG, guess

pytestmark = pytest.mark.browser


def test_readers_read_and_episodes_are_drawn(page_for, default_model_server) -> None:
    if not home.is_ready(ENCODER):
        pytest.skip(f"{ENCODER} is not on this machine")
    page: Page = page_for(default_model_server, path="how-zero-shot")
    expect(page.locator(".st-key-how-zero-shot-run button")).to_have_count(0)  # guess first
    guess(page, "how-zero-shot", "50")
    page.locator(".st-key-how-zero-shot-run button").click()
    bars = page.locator(".st-key-how-zero-shot-rows .share-rows .row:not(.waiting)")
    expect(bars).to_have_count(4, timeout=LONG)
    expect(page.locator(".st-key-how-zero-shot-line")).to_be_visible(timeout=LONG)
    page.locator(".st-key-how-zero-shot-own-run button").click()
    grid = page.locator(".st-key-how-zero-shot-grid .heat-grid")
    expect(grid.locator("td.mark")).to_have_count(5, timeout=LONG)
    draw = page.locator(".st-key-how-zero-shot-few-run button")
    draw.click()
    stop = page.locator(".st-key-how-zero-shot-few-stop button")
    stop.click()
    expect(stop).to_have_count(0)
    expect(draw).to_be_enabled()
    lab.settle(page)
    draw.click()
    expect(page.get_by_text("ahead of prototypes")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_it_fits_a_phone(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="how-zero-shot", width=390)
    guess(page, "how-zero-shot", "50")
    expect(page.locator(".st-key-how-zero-shot-encoder button")).to_be_visible()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
