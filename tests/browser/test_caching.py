"""One log through all caches, the curves over room, and two sentences compared."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.bench import browser as lab
from tests.browser.test_speed_journeys import LONG, guess, t

pytestmark = pytest.mark.browser


def test_a_log_is_served_and_every_cache_is_told(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="caching")
    guess(page, "caching", "19")
    page.locator(".st-key-caching-run button").click()
    expect(page.locator(".st-key-caching-line")).to_be_visible(timeout=LONG)
    lab.settle(page)
    chart = page.locator(".st-key-caching-time .xy")
    measured = chart.locator(".series[data-kind='measured']")
    expect(measured).to_have_count(3)  # no encoder here, so no semantic cache
    expect(measured.first.locator("circle")).to_have_count(24)
    expect(chart.locator(".series[data-kind='predicted']")).to_have_count(3)
    expect(page.get_by_text(t("caching.row_prefix"))).to_be_visible()
    expect(page.locator(".st-key-caching-encoder button")).to_be_visible()
    curves = page.locator(".st-key-caching-rates .xy .series[data-kind='measured']")
    expect(curves).to_have_count(3)
    before = curves.first.locator("path").get_attribute("d")
    slider = page.locator(".st-key-caching-rates-skew input[type='range']")
    slider.focus()
    slider.press("ArrowRight")
    expect(curves.first.locator("path")).not_to_have_attribute("d", str(before))
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_two_sentences_are_compared(page_for, default_model_server) -> None:
    if not home.is_ready(ENCODER):
        pytest.skip(f"{ENCODER} is not on this machine")
    page: Page = page_for(default_model_server, path="caching")
    guess(page, "caching", "50")
    page.locator(".st-key-caching-try-second input").fill("闹钟怎么关掉？")
    page.locator(".st-key-caching-try-run button").click()
    expect(page.get_by_text(re.compile(r"Similarity\s+0\.\d"))).to_be_visible(timeout=LONG)
    expect(page.get_by_text("are [UNK]")).to_be_visible()
    expect(page).to_have_url(re.compile("pair="))
    page.locator(".st-key-caching-try-second input").fill("   ")
    page.locator(".st-key-caching-try-run button").click()
    expect(page.get_by_text(t("errors.sentence_empty"))).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)
