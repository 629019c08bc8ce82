"""The code editor in a real Chromium: typing, running, leaving, replacing, composing, reloading."""

import json
import re
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words
from tests.browser.harness.editor import LABEL, SHOWN, STARTER

pytestmark = pytest.mark.browser
HARNESS = Path(__file__).parent / "harness" / "editor.py"
# Where the bundle makes its first element, the browser says no; elsewhere it works.
NO_EDITOR = """
const create = Document.prototype.createElement;
Document.prototype.createElement = function (...given) {
  if (new Error().stack.includes("lab_editor")) throw new Error("not here");
  return create.apply(this, given);
};
"""

Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def harness(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with lab.serve(HARNESS, tmp_path_factory.mktemp("home"), {"LAB_STRICT_WORDS": "1"}) as server:
        yield server.url


@pytest.fixture
def visit(browser: Browser, harness: str) -> Iterator[Visit]:
    """Open the harness page with an editor of the test's own."""
    pages: list[Page] = []
    problems: list[str] = []

    def go(lang: str = "en", theme: str = "light", init: str = "") -> Page:
        page = lab.new_page(browser, lang=lang, theme=theme)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.add_init_script(init)
        pages.append(page)
        page.goto(f"{harness}/?lang={lang}&name=problem-{uuid.uuid4().hex}")
        return page

    yield go
    for page in pages:
        page.context.close()
    assert problems == []


def field(page: Page) -> Locator:
    return page.locator(".cm-content")


def enter(page: Page) -> None:
    """Put the cursor behind the last character."""
    field(page).click()
    page.keyboard.press("Control+End")


def said(page: Page) -> dict[str, object]:
    """What Python knows."""
    lab.settle(page)
    return json.loads(page.locator(".st-key-said pre").inner_text())


def wait_for(page: Page, text: str) -> None:
    """Until Python has this text."""
    shown = page.locator(".st-key-said pre")
    expect(shown).to_contain_text(json.dumps(text, ensure_ascii=False))


def test_typing_reaches_python_after_a_pause(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("for c in record:\nprint(c)")  # letters that are Streamlit's own keys
    text = STARTER + "for c in record:\n    print(c)"
    wait_for(page, text)
    assert said(page)["runs"] == []
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")
    page.keyboard.type("x")
    wait_for(page, text + "\n    x")
    assert said(page)["reruns"] < 20


def test_a_run_carries_its_text_and_happens_once(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("total([1])")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("runs 1", exact=True)).to_be_visible()
    page.wait_for_timeout(1000)  # nothing comes after it
    assert said(page)["runs"] == [STARTER + "total([1])"]
    assert said(page)["pressed"] == 0  # the page's button has the same shortcut
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("runs 2", exact=True)).to_be_visible()
    expect(field(page)).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tab_indents_and_escape_gives_it_back(visit: Visit, lang: str) -> None:
    page = visit(lang)
    enter(page)
    page.keyboard.press("Tab")
    page.keyboard.type("x")
    wait_for(page, STARTER + "    x")
    status = page.locator(".editor [role=status]")
    page.keyboard.press("Escape")
    expect(status).to_have_text(words.t(lang, "components.editor.leaving"))
    page.keyboard.press("y")  # changed their mind: Tab is the editor's again
    expect(status).to_have_text("")
    page.keyboard.press("Tab")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Escape")
    page.wait_for_timeout(2500)  # no hurry
    page.keyboard.press("Tab")
    expect(field(page)).not_to_be_focused()
    assert said(page)["text"] == STARTER + "    xy  "
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(field(page)).not_to_be_focused()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_names_for_a_screen_reader(visit: Visit, lang: str) -> None:
    page = visit(lang)
    editor = page.get_by_role("textbox", name=LABEL[lang], exact=True)
    expect(editor).to_have_attribute("aria-multiline", "true")
    hint = page.locator(f".editor #{editor.get_attribute('aria-describedby')}")
    expected = words.t(lang, "components.editor.hint", mod="Ctrl")
    expect(hint).to_have_text(expected)
    expect(hint).to_be_visible()
    expect(editor).to_have_attribute("lang", {"en": "en", "zh": "zh-CN"}[lang])


def test_another_text_comes_in_and_can_be_taken_back(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("mine")
    page.get_by_role("button", name="Show solution").click()
    wait_for(page, SHOWN)
    expect(field(page)).to_contain_text("return sum(values)")
    page.wait_for_timeout(800)
    assert said(page)["text"] == SHOWN  # what was under way when it came is not put back
    enter(page)
    page.keyboard.press("Control+z")
    wait_for(page, STARTER + "mine")
    page.get_by_role("button", name="Start again").click()
    wait_for(page, STARTER)
    expect(field(page)).not_to_contain_text("mine")


def test_a_rerun_does_not_write_over_the_typing(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("a = 1\n")
    wait_for(page, STARTER + "a = 1\n")
    page.evaluate("() => document.querySelector('.st-key-again button').click()")
    page.keyboard.type("b = 22222222222222222222222222", delay=25)
    wait_for(page, STARTER + "a = 1\nb = 22222222222222222222222222")
    expect(field(page)).to_contain_text("b = 22222222222222222222222222")


def test_a_draft_outlives_other_pages_and_a_reload(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("kept = 1")
    wait_for(page, STARTER + "kept = 1")
    page.get_by_text("Another page").click()
    expect(field(page)).to_have_count(0)
    page.get_by_text("Another page").click()
    expect(field(page)).to_contain_text("kept = 1")
    page.reload()
    expect(field(page)).to_contain_text("kept = 1")
    assert said(page)["text"] == STARTER + "kept = 1"


def test_composing_is_left_alone(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("# ")
    wait_for(page, STARTER + "# ")
    before = said(page)
    device = page.context.new_cdp_session(page)
    for part in ("n", "ni", "nih", "nihao"):
        end = len(part)
        composed = {"text": part, "selectionStart": end, "selectionEnd": end}
        device.send("Input.imeSetComposition", composed)
        page.wait_for_timeout(250)
    page.wait_for_timeout(700)  # longer than the pause
    assert said(page) == before
    device.send("Input.insertText", {"text": "你好"})
    wait_for(page, STARTER + "# 你好")
    expect(field(page)).to_contain_text("# 你好")
    expect(field(page)).not_to_contain_text("nihao")
    page.keyboard.type("，世界")
    wait_for(page, STARTER + "# 你好，世界")


def test_it_follows_the_theme_while_it_is_open(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("kept = 1")
    paper = "node => getComputedStyle(node).backgroundColor"
    light = page.locator(".cm-editor").evaluate(paper)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".editor")).to_have_attribute("data-theme", "dark")
    expect(page.locator(".cm-editor")).not_to_have_css("background-color", light)
    expect(field(page)).to_contain_text("kept = 1")
    for part in (".cm-line", ".tok-keyword", ".tok-number", ".cm-gutters"):
        assert contrast(page.locator(part).first, page.locator(".cm-editor")) >= 4.5, part


def test_text_stays_text(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.insert_text("'<img src=x onerror=alert(1)>' <b>bold</b>")
    wait_for(page, STARTER + "'<img src=x onerror=alert(1)>' <b>bold</b>")
    assert page.locator(".editor :is(img, b)").count() == 0


def test_a_browser_that_cannot_gets_the_plain_field(visit: Visit) -> None:
    page = visit(init=NO_EDITOR)
    area = page.get_by_role("textbox", name=LABEL["en"], exact=True)
    expect(page.get_by_text(words.t("en", "editor.failed"))).to_be_visible()
    expect(area).to_have_value(STARTER)


def test_the_plain_field_is_kept_and_runs(visit: Visit) -> None:
    page = visit()
    enter(page)
    page.keyboard.type("mine = 1")
    page.get_by_text(words.t("en", "editor.plain")).click()  # at once: what was typed comes along
    area = page.get_by_role("textbox", name=LABEL["en"], exact=True)
    expect(field(page)).to_have_count(0)
    expect(area).to_have_value(STARTER + "mine = 1")
    expect(area).to_have_css("font-family", re.compile("monospace"))
    area.press("Control+End")
    page.keyboard.type("\nmore = 2")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("runs 1", exact=True)).to_be_visible()
    assert said(page)["runs"] == [STARTER + "mine = 1\nmore = 2"]
    assert said(page)["pressed"] == 1
    page.get_by_role("button", name="Show solution").click()
    expect(area).to_have_value(SHOWN)
    page.reload()
    expect(area).to_have_value(SHOWN)
    page.get_by_text(words.t("en", "editor.plain")).click()
    expect(field(page)).to_contain_text("return sum(values)")


def contrast(text: Locator, behind: Locator) -> float:
    """The contrast ratio of WCAG 2 between a text's colour and the paper."""

    def light(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        line = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * line[0] + 0.7152 * line[1] + 0.0722 * line[2]

    ink = light(text.evaluate("node => getComputedStyle(node).color"))
    paper = light(behind.evaluate("node => getComputedStyle(node).backgroundColor"))
    return (max(ink, paper) + 0.05) / (min(ink, paper) + 0.05)
