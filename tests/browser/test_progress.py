"""Progress and settings by the keyboard alone, and what a screen reader hears of them."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.bench import practice
from lesson_core.learn import words
from lesson_core.store.database import FILE
from tests.browser.test_practice import tab_to

CONTROLS = {"button", "checkbox", "combobox", "link", "radio", "slider", "spinbutton", "switch",
            "tab", "textbox"}  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[lab.Server]:
    """The lab of somebody who has practised for months."""
    with lab.temporary_home(with_default=False) as data:
        practice.remember(data / FILE, random.Random(1), 1)
        with lab.serve(lab.REPOSITORY / "app.py", data, {"LAB_OFFLINE": "1"}) as running:
            yield running


def heard(page: Page) -> list[tuple[str, str]]:
    """Role and name of everything that a screen reader meets."""
    session = page.context.new_cdp_session(page)
    nodes: list[dict[str, Any]] = session.send("Accessibility.getFullAXTree")["nodes"]
    return [
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"]
    ]


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("path", ["progress", "settings", "practice", "workbench"])
def test_every_control_has_a_name(page_for: Any, server: lab.Server, path: str, lang: str) -> None:
    page = page_for(server, path=path, lang=lang)
    found = heard(page)
    assert [(role, name) for role, name in found if role in CONTROLS and not name] == []
    assert len([role for role, _ in found if role in CONTROLS]) > 10
    headings = [name for role, name in found if role == "heading"]
    assert len(headings) == len(set(headings)) and all(headings)


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("zh", "dark")])
def test_the_forecast_is_heard_as_a_sentence_and_a_table(
    page_for: Any, server: lab.Server, lang: str, theme: str
) -> None:
    page = page_for(server, path="progress", lang=lang, theme=theme)
    chart = page.locator(".st-key-progress-forecast")
    drawing = chart.get_by_role("img")
    expect(drawing).to_be_visible()
    days = chart.locator("rect")
    expect(days).to_have_count(14)
    said = drawing.get_attribute("aria-label") or ""
    today = words.t(lang, "progress.forecast_said", today="@", all=0, days=14).split("@")
    assert said.startswith(today[0])
    table = chart.get_by_role("table")
    expect(table.get_by_role("row")).to_have_count(15)
    expect(table.get_by_role("columnheader").nth(1)).to_have_text(
        words.t(lang, "progress.questions")
    )
    counts = [int(row.inner_text().split()[-1]) for row in table.get_by_role("row").all()[1:]]
    assert f"{counts[0]}" in said and f"{sum(counts)}" in said and sum(counts) > 0


def test_from_progress_to_settings_by_the_keyboard_alone(page_for: Any, server: lab.Server) -> None:
    page: Page = page_for(server, path="progress")
    tab_to(page, "[data-testid=stSidebarNav] a[href$='/settings']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(words.t("en", "settings.title"))
    lab.settle(page)
    tab_to(page, ".st-key-report-page button")
    page.keyboard.press("Enter")
    expect(page.get_by_text(words.t("en", "card.report_note"))).to_be_visible()
    copied = page.locator("[data-testid=stPopoverBody] code").inner_text()
    assert "page settings" in copied
    page.keyboard.press("Escape")
    expect(page.locator("[data-testid=stPopoverBody]")).to_have_count(0)
