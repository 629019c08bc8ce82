"""The zero-shot page: bars that grow, and classes of one's own."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.bench import browser as lab
from tests.browser.test_speed_journeys import LONG, guess, t

pytestmark = pytest.mark.browser


def test_sentences_are_sorted_and_own_classes_too(page_for, default_model_server) -> None:
    if not home.is_ready(ENCODER):
        pytest.skip(f"{ENCODER} is not on this machine")
    page: Page = page_for(default_model_server, path="zero-shot")
    expect(page.locator(".st-key-zero-shot-run button")).to_have_count(0)  # guess first
    guess(page, "zero-shot", "60")
    page.locator(".st-key-zero-shot-run button").click()
    bars = page.locator(".st-key-zero-shot-rows .share-rows .row:not(.waiting)")
    expect(bars).to_have_count(7, timeout=LONG)
    expect(page.locator(".st-key-zero-shot-line")).to_be_visible(timeout=LONG)
    lab.settle(page)
    matrix = page.locator(".st-key-zero-shot-matrix .heat-grid")
    expect(matrix.locator("td.mark")).to_have_count(12)
    page.locator(".st-key-zero-shot-own-run button").click()
    grid = page.locator(".st-key-zero-shot-grid .heat-grid")
    expect(grid.locator("td.mark")).to_have_count(5, timeout=LONG)
    expect(page).to_have_url(re.compile("own="))
    labels = page.locator(".st-key-zero-shot-own-labels textarea")
    labels.fill("sport")
    labels.blur()
    page.locator(".st-key-zero-shot-own-run button").click()
    expect(page.get_by_text("two labels at least")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_without_the_encoder_it_is_offered(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="zero-shot", width=390)
    guess(page, "zero-shot", "60")
    expect(page.locator(".st-key-zero-shot-encoder button")).to_be_visible()
    expect(page.get_by_text(t("zero_shot.idle"))).to_be_visible()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
