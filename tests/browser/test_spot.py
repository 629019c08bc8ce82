"""Spot the bug by the keyboard alone: draw, choose, check, read on; the link keeps a puzzle."""

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words
from tests.browser.test_practice import tab_to

pytestmark = pytest.mark.browser
CARD, NEXT = ".st-key-spot-card", ".st-key-spot-next button"
RADIOS = f"{CARD} [data-testid=stRadio]"


@pytest.mark.parametrize(("lang", "theme", "width"), [("en", "light", 1280), ("zh", "dark", 390)])
def test_a_puzzle_by_the_keyboard_alone(
    page_for, bundled_server, lang: str, theme: str, width: int
) -> None:
    page: Page = page_for(
        bundled_server, path="spot-the-bug", lang=lang, theme=theme, width=width
    )  # fmt: skip
    page.get_by_role("radio", name=words.t(lang, "spot.output"), exact=True).press("Space")
    lab.settle(page)
    tab_to(page, NEXT)
    page.keyboard.press("Enter")
    expect(page.locator(RADIOS)).to_be_visible(timeout=60_000)
    expect(page.get_by_role("radiogroup", name=words.t(lang, "spot.candidates"))).to_be_visible()
    expect(page.locator(f"{RADIOS} input")).to_have_count(6)
    lab.settle(page)
    asked = page.locator(f"{CARD} table").first.inner_text()
    tab_to(page, RADIOS)
    page.keyboard.press("Space")
    tab_to(page, f"{CARD} [data-testid=stFormSubmitButton]")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.t(lang, "spot.honest"))).to_be_visible()
    expect(page.locator(f"{CARD} table")).to_have_count(2)
    expect(page.locator(f"{RADIOS} input:disabled")).to_have_count(6)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    lab.settle(page)
    page.reload()  # the link names the run: the same puzzle, not yet answered
    expect(page.locator(RADIOS)).to_be_visible()
    assert page.locator(f"{CARD} table").first.inner_text() == asked
    lab.settle(page)
    title = page.locator(f"{CARD} h3").inner_text()
    tab_to(page, NEXT)
    page.keyboard.press("Enter")
    # Of any kind now, but never the same scene twice.
    other = page.locator(f"{CARD} h3").filter(has_not_text=title)
    expect(other).to_be_visible(timeout=90_000)
