"""The lab's components in a real Chromium: they draw, link, scrub, and stay put while growing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from lesson_core.bench import browser as lab

HARNESS = Path(__file__).parent / "harness" / "app.py"


@pytest.fixture(scope="module")
def harness(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with lab.serve(HARNESS, tmp_path_factory.mktemp("home"), {"LAB_STRICT_WORDS": "1"}) as server:
        yield server.url


@pytest.fixture
def visit(harness: str, browser: Any) -> Iterator[Any]:
    pages: list[Any] = []

    def go(
        component: str, state: str = "done", lang: str = "en", width: int = 1280, **more: Any
    ) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900}, **more)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        pages.append(page)
        page.goto(f"{harness}/?c={component}&s={state}&lang={lang}")
        page.locator(".lab").wait_for()
        return page

    yield go
    problems = [problem for page in pages for problem in page.problems]
    for page in pages:
        page.close()
    assert problems == []


def test_clock_links_words_and_bars(visit: Any) -> None:
    page = visit("token_clock")
    page.locator(".token", has_text="light").hover()
    assert "on" in (page.locator(".bar").nth(7).get_attribute("class") or "").split()
    assert "“light”" in page.locator(".detail").inner_text()
    page.locator(".bar.prefill").hover()
    assert "on" in (page.locator(".token").first.get_attribute("class") or "").split()


def test_clock_by_keyboard(visit: Any) -> None:
    page = visit("token_clock")
    plot = page.locator(".plot")
    plot.focus()
    page.keyboard.press("Home")
    assert "tokenize" in (plot.get_attribute("aria-valuetext") or "")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert "“␣sky”" in (plot.get_attribute("aria-valuetext") or "")
    page.keyboard.press("End")
    assert page.locator(".bar.on").count() == 1


def test_clock_scrubs_token_by_token(visit: Any) -> None:
    page = visit("token_clock")
    scrub = page.locator("input[type=range]")
    scrub.focus()
    page.keyboard.press("Home")
    assert page.locator(".token.future").count() == page.locator(".token").count()
    page.keyboard.press("ArrowRight")  # past tokenize
    page.keyboard.press("ArrowRight")  # past prefill: its token is there
    assert page.locator(".token.future").count() == page.locator(".token").count() - 1
    assert "1 tokens" in (scrub.get_attribute("aria-valuetext") or "")


def test_clock_shows_text_as_text(visit: Any) -> None:
    page = visit("token_clock")
    assert page.locator(".answer b").count() == 0
    assert "<b>" in page.locator(".answer").inner_text()
    assert page.locator("table td", has_text="<b>").count() == 1


def test_clock_grows_without_moving_or_redrawing(visit: Any) -> None:
    page = visit("token_clock", "live")
    page.locator(".bar.prefill").wait_for(state="attached")
    keep = "() => { window.firstBar = [...document.querySelectorAll('*')].map((e) => "
    keep += "e.shadowRoot?.querySelector('.bar.prefill')).find(Boolean); }"
    page.evaluate(keep)
    top = page.locator(".plot").bounding_box()["y"]
    page.locator(".clock[data-state=done]").wait_for()
    assert page.locator(".plot").bounding_box()["y"] == top
    assert page.evaluate("() => window.firstBar.isConnected")


def test_clock_replays_and_stops(visit: Any) -> None:
    page = visit("token_clock")
    page.locator("button.replay").click()
    page.locator("button.replay.playing").wait_for()
    assert page.locator(".token.future").count() > 0
    page.locator("button.replay:not(.playing)").wait_for(timeout=5000)
    assert page.locator(".token.future").count() == 0


def test_clock_action_reaches_python(visit: Any) -> None:
    page = visit("token_clock")
    page.locator("button.link").click()
    page.get_by_text("action: measure").wait_for()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_clock_fits_a_phone(visit: Any, lang: str) -> None:
    page = visit("token_clock", lang=lang, width=360)
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
    for part in page.locator(".stat .head, .stat .value, .label:visible").all():
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360


def test_flow_scrubs_and_picks_layers(visit: Any) -> None:
    page = visit("stage_flow")
    page.locator("input[type=range]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".flow").get_attribute("data-phase") == "decode"
    assert "Step 1" in page.locator(".now").inner_text()
    page.locator(".layers").focus()
    page.keyboard.press("End")
    assert "layer 29" in (page.locator(".layers").get_attribute("aria-valuetext") or "")
    page.locator("[role=tab][aria-selected=true]").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator(".top-row").count() == 8
    assert page.locator(".panel b").count() == 0  # "<b>" from the model stays text


def test_flow_is_alive_before_the_run(visit: Any) -> None:
    page = visit("stage_flow", "idle", lang="zh", width=360)
    assert "E5 A4 A9" in page.locator(".panel").inner_text()
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("state", ["done", "wide", "close", "guess", "idle"])
@pytest.mark.parametrize("width", [1280, 360])
def test_line_keeps_its_labels_apart(visit: Any, state: str, width: int) -> None:
    page = visit("number_line", state, width=width)
    boxes = [tag.bounding_box() for tag in page.locator(".tag").all()]
    assert all(box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            across = a["x"] < b["x"] + b["width"] and b["x"] < a["x"] + a["width"]
            down = a["y"] < b["y"] + b["height"] and b["y"] < a["y"] + a["height"]
            assert not (across and down)


def test_line_says_what_it_shows(visit: Any) -> None:
    said = visit("number_line", lang="zh").locator(".field").get_attribute("aria-label") or ""
    assert "31.2 ms" in said and "29.1 ms" in said and "40.0 ms" in said


def test_distribution_marks_what_is_cut(visit: Any) -> None:
    page = visit("distribution")
    assert page.locator(".row.cut").count() == 12  # 11 of 15 rows, and all others
    assert page.locator(".row.edge").count() == 1
    assert "49,137 others" in page.locator(".row.rest").inner_text()
    assert page.locator(".row b").count() == 0


def test_attention_changes_head_without_a_rerun(visit: Any) -> None:
    page = visit("attention_map")
    page.locator(".tok").first.wait_for()
    before = page.locator(".detail").inner_text()
    page.locator(".p-head select").select_option("2")
    assert page.locator(".detail").inner_text() != before
    page.locator(".tokens").focus()
    page.keyboard.press("Home")
    assert "100 %" in page.locator(".detail").inner_text()  # the first token sees only itself


def test_census_adds_up(visit: Any) -> None:
    page = visit("census")
    page.locator("button.fold").first.click()
    number = "e => Number(e.children[2].textContent.replaceAll(',', ''))"
    groups = [row.evaluate(number) for row in page.locator("tr.group").all()]
    assert sum(groups) == page.locator("tr.sum").evaluate(number) == 134_515_008
    attention = page.locator("tr.row:visible").all()
    assert sum(row.evaluate(number) for row in attention) == groups[1]


@pytest.mark.parametrize("width", [1280, 360])
def test_roofline_draws_inside_its_frame(visit: Any, width: int) -> None:
    page = visit("roofline_view", width=width)
    assert page.locator(".roofline .top").count() == 3
    for text in page.locator("svg text").all():
        box = text.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 1


def test_theme_follows_the_page(visit: Any) -> None:
    assert (
        visit("census", color_scheme="dark").locator(".lab").get_attribute("data-theme") == "dark"
    )
    assert (
        visit("census", color_scheme="light").locator(".lab").get_attribute("data-theme") == "light"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("width", [1280, 360])
def test_shares_say_what_they_show(visit: Any, lang: str, width: int) -> None:
    page = visit("share_rows", lang=lang, width=width)
    said = page.locator(".track").first.get_attribute("aria-label") or ""
    assert "77 %" in said and "72 %" in said and "73 %" in said
    assert page.locator(".row.waiting").count() == 1
    assert page.locator(".what b b").count() == 0  # a label stays text
    chance = page.locator(".chance").first.bounding_box()
    track = page.locator(".track").first.bounding_box()
    assert abs((chance["x"] - track["x"]) / track["width"] - 1 / 12) < 0.02
    assert page.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("state", ["done", "upright"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_grid_marks_one_cell_per_row(visit: Any, state: str, width: int) -> None:
    page = visit("heat_grid", state, width=width)
    for line in page.locator("tbody tr").all():
        assert line.locator("td.mark").count() == 1
    assert page.locator("th i, th b").count() == 0
    assert page.locator("td.extra").count() == 3
    shades = {td.evaluate("(n) => getComputedStyle(n).backgroundColor")
              for td in page.locator("tbody tr").first.locator("td:not(.extra)").all()}  # fmt: skip
    assert len(shades) == 3  # the more, the darker
