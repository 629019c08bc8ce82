"""The workbench by the keyboard alone: find a problem, write, run, read, stop; a draft survives."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words
from lesson_core.learn.problems.problem import load

pytestmark = pytest.mark.browser
PROBLEM = load("perplexity")
ROW, RUN = ".st-key-workbench-shelf", ".st-key-workbench-buttons"
PLAIN = "[class*=st-key-editor-plain-] textarea"
ALERT = "[data-testid=stAlert]"


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, also inside a component; out of an editor too."""
    for _ in range(80):
        if page.locator(selector).evaluate("el => el.matches(':focus, :focus-within')"):
            return
        if page.locator(".cm-content:focus").count():
            page.keyboard.press("Escape")  # else Tab indents
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reached {selector}")


def start(page: Page, lang: str) -> None:
    """From the shelf to the problem."""
    tab_to(page, f"{ROW} .st-key-workbench-open-{PROBLEM.id}")
    page.keyboard.press("Enter")
    title = getattr(PROBLEM.words.title, lang)
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
    expect(page.get_by_role("textbox", name=words.t(lang, "workbench.code"))).to_be_visible()
    expect(page.get_by_text("# → 7.38906")).to_be_visible()
    lab.settle(page)


def write(page: Page, code: str) -> None:
    """In place of what stands in the field that has the focus, and run it."""
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def test_a_loop_is_stopped_by_a_button_and_the_code_outlives_the_tab(
    page_for, bundled_server
) -> None:
    page: Page = page_for(bundled_server, path="workbench")
    start(page, "en")
    tab_to(page, ".cm-content")
    write(page, "def perplexity(batches):\n    while True:\n        pass")
    stop = ".st-key-workbench-perplexity-cancel"
    expect(page.locator(stop)).to_be_visible()
    tab_to(page, stop)
    page.keyboard.press("Enter")
    expect(page.locator(ALERT)).to_contain_text(words.t("en", "errors.judge_cancelled"))
    lab.settle(page)
    page.reload()
    lab.settle(page)
    expect(page.locator(".cm-content")).to_contain_text("while True:")
    assert "problem=perplexity" in page.url


@pytest.mark.parametrize(("lang", "theme", "plain"), [("zh", "dark", False), ("en", "light", True)])
def test_wrong_then_right_by_the_keyboard(
    page_for, bundled_server, lang: str, theme: str, plain: bool
) -> None:
    page: Page = page_for(bundled_server, path="workbench", lang=lang, theme=theme)
    start(page, lang)
    if plain:
        tab_to(page, ".st-key-workbench-perplexity-plain")
        page.keyboard.press("Space")
        expect(page.locator(PLAIN)).to_be_visible()
        lab.settle(page)
        page.locator(PLAIN).press("Shift+Tab")
    tab_to(page, PLAIN if plain else ".cm-content")
    write(page, PROBLEM.mistakes["batch_means"])
    said = getattr(PROBLEM.words.wrong["batch_means"], lang)
    expect(page.locator(ALERT)).to_contain_text(said[:30])
    lab.settle(page)
    expect(page.locator(PLAIN if plain else ".cm-content")).to_be_focused()
    write(page, PROBLEM.reference)
    count = len(PROBLEM.probes(1))
    expect(page.locator(ALERT)).to_have_text(
        re.compile(re.escape(words.t(lang, "workbench.passed", count=count)))
    )
    lab.settle(page)
    history = re.escape(words.t(lang, "workbench.history", count=2)).replace("2", r"\d+")
    expect(page.get_by_text(re.compile(history))).to_be_visible()
    if plain:  # the choice is for all editors of this server
        tab_to(page, ".st-key-workbench-perplexity-plain")
        page.keyboard.press("Space")
        expect(page.locator(".cm-content")).to_be_visible()


def test_a_click_outside_right_after_typing_is_not_lost(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="workbench")
    start(page, "en")
    for lang, word in (("zh", "中文"), ("en", "EN")):
        page.locator(".cm-content").click()
        page.keyboard.insert_text(f"# {lang} ")
        page.get_by_text(word, exact=True).click()
        title = getattr(PROBLEM.words.title, lang)
        expect(page.get_by_role("heading", name=title, exact=True)).to_be_visible()
        lab.settle(page)
    page.locator(".cm-content").click()
    page.keyboard.insert_text("# last ")
    page.locator(".st-key-workbench-back button").click()
    expect(page.locator(f"{ROW} .st-key-workbench-open-{PROBLEM.id}")).to_be_visible()
    lab.settle(page)
    page.locator(f".st-key-workbench-open-{PROBLEM.id} button").first.click()
    expect(page.locator(".cm-content")).to_contain_text("# last ")
