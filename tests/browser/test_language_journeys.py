"""What a visitor does on the pages about classifying and translating, as the lab comes."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from tests.browser.test_code_journeys import headed
from tests.browser.test_speed_journeys import LONG, guess, t

pytestmark = pytest.mark.browser

TABLE = "text,label\n" + "\n".join(
    f'"{text} {n}",{label}'
    for n in range(4)
    for label, text in (("<b>rain</b>", "clouds and an umbrella"), ("bread", "flour in *the* oven"))
)  # fmt: skip


def filled(page: Page, key: str, text: str) -> None:
    """Type into a field and leave it, so that the page has it."""
    field = page.locator(f".st-key-{key} :is(input, textarea)").first
    field.fill(text)
    field.blur()
    lab.settle(page)


def test_own_texts_are_classified_and_a_bad_table_says_why(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="classification")
    run = page.locator(".st-key-classification-run button")
    expect(run).to_have_count(0)  # guess first
    guess(page, "classification", "80")
    page.locator(".st-key-classification-data button", has_text=t("classify.data_own")).click()
    filled(page, "classification-table", TABLE)
    filled(page, "classification-typed", "an umbrella <i>in</i> the oven")
    run.click()
    headed(page, "where_wrong")
    points = page.locator(".st-key-classification-chart circle")
    expect(points.first).to_be_attached()  # what needs no download: words, and the language model
    expect(page.get_by_text("(4/4)").first).to_be_visible()  # words tell these two apart
    headed(page, "own_sentence")
    expect(page.get_by_text("an umbrella <i>in</i> the oven").first).to_be_visible()
    expect(page.get_by_text("AxisError: axis 1 is out of bounds").first).to_be_visible()
    expect(page).to_have_url(re.compile("job="))
    filled(page, "classification-table", TABLE.replace("text,label", "words,label"))
    run.click()
    expect(page.get_by_text("There is no column “text”")).to_be_visible()
    upload = page.locator(".st-key-classification-file input[type=file]")
    alone = b"text,label\na,sea\nb,sea\nc,sky\n"
    upload.set_input_files({"name": "own.csv", "mimeType": "text/csv", "buffer": alone})
    expect(page.get_by_text("The class “sky” has a single example")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_a_sentence_is_translated_both_ways_and_nothing_is_refused(
    page_for, bundled_server
) -> None:
    page: Page = page_for(bundled_server, path="translation")
    run = page.locator(".st-key-translation-run button")
    expect(run).to_have_count(0)  # guess first
    guess(page, "translation", "3")
    filled(page, "translation-text", "She can speak three languages.")
    run.click()
    headed(page, "cache_twins")
    grid = page.locator(".st-key-translation-looks .heat-grid")
    expect(grid.locator("td.mark").nth(3)).to_be_attached()  # a look for each written piece
    best = page.get_by_role("row", name=t("translation.way_beam")).first
    expect(best).to_contain_text(re.compile("[一-鿿]{3}"))
    headed(page, "beams")
    expect(page).to_have_url(re.compile("job="))
    page.locator(".st-key-translation-target button", has_text=t("translation.to_en")).click()
    lab.settle(page)
    filled(page, "translation-text", "我想喝一杯水。")
    run.click()
    expect(best).to_contain_text("water", timeout=LONG)
    filled(page, "translation-text", "no Chinese at all")
    run.click()
    expect(page.get_by_text(t("errors.translate_not_zh", text="no Chinese at all"))).to_be_visible()
    filled(page, "translation-text", "")
    run.click()
    expect(page.get_by_text(t("errors.translate_empty"))).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.parametrize("path", ["classification", "translation"])
def test_they_fit_a_phone(path: str, page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path=path, width=390)
    guess(page, path, "3")
    expect(page.locator(f".st-key-{path}-run button")).to_be_enabled()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0
