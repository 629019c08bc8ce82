"""A mock interview by the keyboard alone: begin, answer, pause, reload, end; the clock runs."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words
from tests.browser.test_practice import tab_to

pytestmark = pytest.mark.browser
CARD = ".st-key-card-interview"
CLOCK = ".st-key-interview-clock [role=timer]"


def press(page: Page, selector: str, key: str = "Enter") -> None:
    tab_to(page, selector)
    page.keyboard.press(key)


def seconds(page: Page) -> int:
    minutes, rest = re.findall(r"\d+", page.locator(CLOCK).inner_text())
    return 60 * int(minutes) + int(rest)


def place(lang: str, n: int) -> re.Pattern[str]:
    return re.compile(words.t(lang, "interview.place", n=n, count="#").replace("#", r"\d+"))


def answer(page: Page) -> None:
    """Whatever is asked first: a choice, a number, or own words."""
    if page.locator(f"{CARD} [data-testid=stRadio]").count():
        press(page, f"{CARD} [data-testid=stRadio]", "Space")
        press(page, f"{CARD} [data-testid=stFormSubmitButton]")
    elif page.locator(f"{CARD} [data-testid=stTextInput]").count():
        tab_to(page, f"{CARD} [data-testid=stTextInput]")
        page.keyboard.type("１２")  # full-width digits
        page.keyboard.press("Enter")
    else:
        tab_to(page, f"{CARD} textarea")
        page.keyboard.type("Against the version before.")
        press(page, f"{CARD} [class*='-answer'] button")


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark")])
def test_an_interview_by_the_keyboard_alone(
    page_for, bundled_server, lang: str, theme: str
) -> None:
    page: Page = page_for(bundled_server, path="interview", lang=lang, theme=theme)
    tab_to(page, ".st-key-interview-preset")
    press(page, ".st-key-interview-start button")
    expect(page.get_by_text(place(lang, 1))).to_be_visible()
    expect(page.get_by_role("timer")).to_be_visible()
    lab.settle(page)
    first = seconds(page)
    expect(page.locator(CLOCK)).not_to_have_text(page.locator(CLOCK).inner_text())
    assert seconds(page) < first
    answer(page)
    expect(page.get_by_text(place(lang, 2))).to_be_visible()
    lab.settle(page)
    press(page, ".st-key-interview-pause button")
    expect(page.get_by_text(words.t(lang, "interview.paused"))).to_be_visible()
    expect(page.locator(CARD)).to_have_count(0)
    page.reload()
    expect(page.get_by_text(words.t(lang, "interview.paused"))).to_be_visible()
    lab.settle(page)
    press(page, ".st-key-interview-resume button")
    expect(page.get_by_text(place(lang, 2))).to_be_visible()
    lab.settle(page)
    press(page, f"{CARD} [class*='-skip'] button")
    expect(page.get_by_text(place(lang, 3))).to_be_visible()
    lab.settle(page)
    press(page, ".st-key-interview-bar [data-testid=stPopover] button")
    press(page, ".st-key-interview-end button")
    report = page.get_by_role("heading", name=words.t(lang, "interview.by_question"))
    expect(report).to_be_visible()
    page.reload()
    expect(report).to_be_visible()
    with page.expect_download() as taken:
        page.get_by_role("button", name=words.t(lang, "interview.download")).click()
    text = Path(taken.value.path()).read_text(encoding="utf-8")
    assert text.startswith(f"# {words.t(lang, 'interview.title')}\n")
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name=words.t(lang, "interview.download"))).to_be_hidden()
    expect(page.get_by_text(words.t(lang, "interview.outcome.skipped"))).to_be_visible()
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(255, 255, 255)", "also below the last line, also of a dark page"
    whole = page.evaluate("() => document.documentElement.scrollHeight")
    last = page.locator(".st-key-row-1").evaluate("row => row.getBoundingClientRect().bottom")
    assert whole >= last, "what lies below the screen is printed too"


def test_whoever_types_and_then_switches_the_language_sees_one_language(
    page_for, bundled_server
) -> None:
    """Leaving the field reruns the interview alone, and with it the switch is made."""
    page: Page = page_for(bundled_server, path="interview", lang="en")
    page.locator(".st-key-interview-start button").click()
    for n in range(1, 20):  # until something is to be written
        expect(page.get_by_text(place("en", n))).to_be_visible()
        lab.settle(page)
        if page.locator(f"{CARD} textarea").first.is_visible():
            break
        page.locator(f"{CARD} [class*='-skip'] button").click()
    page.locator(f"{CARD} textarea").first.fill("Nothing is lost.")
    page.get_by_text("中文", exact=True).click()
    expect(page.locator("h1")).to_have_text(words.t("zh", "interview.title"))
    expect(page.get_by_text(place("zh", n))).to_be_visible()
    expect(page.locator(f"{CARD} textarea").first).to_have_value("Nothing is lost.")
    page.get_by_role("button", name=words.t("zh", "interview.end"), exact=True).click()
    page.locator(".st-key-interview-end button").click()
    expect(page.get_by_text(words.t("zh", "interview.by_question"))).to_be_visible()
