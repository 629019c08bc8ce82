"""Practice by the keyboard alone: answer, check, rate, take back; names for a screen reader."""

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words

pytestmark = pytest.mark.browser
CARD = ".st-key-card-practice"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; fails after as many presses as a page may have."""
    for _ in range(80):
        if page.locator(selector).evaluate("el => el.contains(document.activeElement)"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark")])
def test_a_card_by_the_keyboard_alone(page_for, fresh_server, lang: str, theme: str) -> None:
    page: Page = page_for(fresh_server, path="practice", lang=lang, theme=theme)
    radios = page.locator(f"{CARD} [data-testid=stRadio]")
    expect(radios).to_be_visible()  # the first card of the course is a choice
    expect(page.get_by_role("radiogroup", name=words.t(lang, "card.choose"))).to_be_visible()
    lab.settle(page)
    first = page.locator(CARD).inner_text()
    tab_to(page, f"{CARD} [data-testid=stRadio]")
    page.keyboard.press("Space")
    check = f"{CARD} [data-testid=stFormSubmitButton]"
    tab_to(page, check)
    page.keyboard.press("Enter")
    expect(page.locator(".st-key-practice-next button")).to_be_visible()
    expect(page.locator(f"{CARD} [data-testid=stRadio] input:checked")).to_have_count(1)
    lab.settle(page)
    page.keyboard.press("3")
    expect(page.locator(".st-key-practice-next")).to_have_count(0)
    lab.settle(page)
    expect(page.locator(CARD)).not_to_have_text(first, use_inner_text=True)
    page.keyboard.press("u")
    expect(page.locator(".st-key-practice-undo")).to_have_count(0)
    lab.settle(page)
    expect(page.locator(CARD)).to_have_text(first, use_inner_text=True)
    expect(page.locator(f"{CARD} [data-testid=stRadio] input:checked")).to_have_count(0)
