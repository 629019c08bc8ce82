"""The compression page in a real browser: one run started and stopped, one weight made loud."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.learn import words

ROWS = ".st-key-compression-card .schemes"
LONG = 120_000  # ms; two busy cores load two models and time a pair


def guess(page: Page) -> None:
    page.locator(".st-key-compression-reply input").fill("3")
    page.locator(".st-key-compression-lock button").click()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_run_fills_its_rows_and_can_be_stopped(page_for, bundled_server, lang: str) -> None:
    page = page_for(bundled_server, lang=lang, path="compression")
    expect(page.locator(f"{ROWS} tbody tr.waiting")).to_have_count(10)
    guess(page)
    page.get_by_role("button", name=words.t(lang, "compression.run")).click()
    expect(page.locator(f"{ROWS} tbody tr.done")).not_to_have_count(0, timeout=LONG)
    stop = page.get_by_role("button", name=words.t(lang, "clock.stop"))
    if stop.count():  # a fast machine may be through already
        stop.click()
    message = page.locator(f"{ROWS} .message")
    ends = [
        words.t(lang, "compression.done"),
        words.t(lang, "compression.cancelled", done=0, total=10),
    ]
    expect(message).to_have_text(
        re.compile("|".join(re.sub(r"\d+", r"\\d+", re.escape(end)) for end in ends)), timeout=LONG
    )
    page.reload()
    expect(page.locator(f"{ROWS} tbody tr.done")).not_to_have_count(0, timeout=LONG)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_loud_weight_and_a_phone(page_for, bundled_server, theme: str) -> None:
    page = page_for(bundled_server, theme=theme, width=390, path="compression")
    guess(page)
    chart = page.locator("[class*='st-key-compression-hand-chart'] .xy .series")
    expect(chart).to_have_count(1)
    slider = page.locator("[class*='st-key-compression-hand-outlier'] input[type='range']")
    slider.focus()
    slider.press("End")
    expect(chart).to_have_count(2)
    wide = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert wide <= 0
