"""What a visitor does on the pages of programming problems."""

import re

import pytest
from playwright.sync_api import Page, expect

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.bench import browser as lab
from tests.browser.test_speed_journeys import LONG, guess, t

pytestmark = pytest.mark.browser


def headed(page: Page, key: str) -> None:
    heading = page.get_by_role("heading", name=t(f"lesson.{key}"), exact=True)
    expect(heading).to_be_visible(timeout=LONG)


def test_a_text_is_evaluated_and_summed_up_in_four_ways(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="evaluate")
    run = page.locator(".st-key-evaluate-run button")
    expect(run).to_have_count(0)  # the line ends at the answer: guess first
    guess(page, "evaluate", "25")
    run.click()
    headed(page, "four_sums")
    lines = page.locator(".st-key-evaluate-chart .series path")
    expect(lines).to_have_count(2)  # what was, and what the model promised itself
    expect(page).to_have_url(re.compile("job="))
    page.reload()
    lab.settle(page)
    headed(page, "hard_tokens")
    expect(page.get_by_text("8.86").first).to_be_visible()  # the two batches everyone quotes
    tokens = page.locator(".st-key-evaluate-tokens_b input")
    tokens.fill("100")
    tokens.blur()
    expect(page.get_by_text("Every token alike: perplexity 20.09")).to_be_visible()
    page.locator("summary", has_text=t("evaluate.text")).click()
    text = page.locator(".st-key-evaluate-text textarea")
    text.fill("")
    text.blur()
    run.click()
    expect(page.get_by_text("There is no text to read")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_words_are_looked_up_and_learnt_from_nothing(page_for, server) -> None:
    if not home.is_ready(WORD_VECTORS):
        pytest.skip(f"{WORD_VECTORS} is not on this machine")
    page: Page = page_for(server, path="string-to-vector")
    card = page.locator(".st-key-string-to-vector-rows .share-rows")
    expect(card.locator(".row")).to_have_count(4)
    expect(card.locator(".tick")).to_have_count(0)  # the prediction waits for the guess
    guess(page, "string-to-vector", "80")
    page.locator(".st-key-string-to-vector-run button").click()
    expect(card.locator(".row:not(.waiting)")).to_have_count(4, timeout=LONG)
    headed(page, "breaking_strings")
    expect(page.get_by_text("KeyError")).to_be_visible()
    word = page.locator(".st-key-string-to-vector-word input")
    word.fill("狗")
    page.locator(".st-key-string-to-vector-words_run button").click()
    expect(page.get_by_text("GloVe does not know: 狗")).to_be_visible(timeout=LONG)
    page.locator(".st-key-string-to-vector-train-run button").click()
    points = page.locator(".st-key-string-to-vector-train-chart circle")
    expect(points.first).to_be_attached(timeout=LONG)
    headed(page, "explanation")
    expect(page.get_by_text("cachexyz")).to_be_visible(timeout=LONG)
    expect(page).to_have_url(re.compile("trained="))


def test_without_glove_it_is_offered_on_a_phone(page_for, bundled_server) -> None:
    page: Page = page_for(bundled_server, path="string-to-vector", width=390)
    guess(page, "string-to-vector", "80")
    expect(page.locator(".st-key-string-to-vector-glove button")).to_be_visible()
    ticks = page.locator(".st-key-string-to-vector-rows .tick")
    expect(ticks).to_have_count(4)  # spelling alone says this much
    expect(page.locator(".st-key-string-to-vector-train-run button")).to_be_enabled()
    overflow = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert overflow <= 0


def test_a_transformer_trains_is_stopped_and_its_mistakes_are_measured(
    page_for, bundled_server
) -> None:
    page: Page = page_for(bundled_server, path="transformer")
    guess(page, "transformer", "2")
    run = page.locator(".st-key-transformer-run button")
    run.click()
    points = page.locator(".st-key-transformer-right circle")
    expect(points.nth(2)).to_be_attached(timeout=LONG)
    expect(run.first).to_be_disabled()
    page.locator(".st-key-transformer-stop button").click()
    expect(run.first).to_be_enabled()  # how soon is for `bench live` to say
    page.locator(".st-key-transformer-check button").click()
    expect(page.get_by_text("Target 1 is out of bounds")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("both exactly")).to_be_visible()
    expect(page).to_have_url(re.compile("broken="))
