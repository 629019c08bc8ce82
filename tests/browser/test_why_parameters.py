"""The page on parameters, offline: rungs measured, a training stopped, samples, a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_speed_journeys import LONG, guess

pytestmark = pytest.mark.browser
ID = "why-parameters"


def test_rungs_are_measured_training_stops_and_each_writes(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path=ID)
    expect(page.locator(f".st-key-{ID}-run button")).to_have_count(0)  # guess first
    guess(page, ID, "20")
    page.locator(f".st-key-{ID}-run button").click()
    points = page.locator(f".st-key-{ID}-chart .series[data-kind='measured'] circle")
    expect(points).to_have_count(6, timeout=LONG)
    expect(page.locator(f".st-key-{ID}-line")).to_be_visible(timeout=LONG)
    page.locator(f".st-key-{ID}-train-run button").click()
    curves = page.locator(f".st-key-{ID}-train-chart .series path")
    expect(curves).to_have_count(3, timeout=LONG)
    stop = page.locator(f".st-key-{ID}-train-stop button")
    stop.click()
    expect(stop).to_have_count(0)
    page.locator(f".st-key-{ID}-samples-prompt input").fill("Once upon a <b>time</b>")
    page.locator(f".st-key-{ID}-samples-run button").click()
    expect(page.get_by_text("Live, one run. N:")).to_be_visible(timeout=LONG)
    expect(page.locator("td", has_text="<b>time</b>")).to_have_count(6)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_it_fits_a_phone(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path=ID, lang="zh", width=390)
    guess(page, ID, "20")
    expect(page.locator(f".st-key-{ID}-budget")).to_be_visible()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
