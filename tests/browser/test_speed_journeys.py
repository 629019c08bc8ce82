"""What a visitor does on the pages about speed, on the bundled model."""

import re

from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words

LONG = 120_000  # ms; two busy cores


def t(key: str, **values: object) -> str:
    return words.t("en", key, **values)


def guess(page: Page, lesson_id: str, value: str) -> None:
    page.locator(f".st-key-{lesson_id}-reply input").fill(value)
    page.locator(f".st-key-{lesson_id}-lock button").click()
    lab.settle(page)


def test_both_lines_of_the_kv_cache_grow_and_survive_a_refresh(page_for, bundled_server) -> None:
    page = page_for(bundled_server, path="kv-cache")
    run = page.locator(".st-key-kv-cache-run button")
    expect(run).to_have_count(0)  # the lines are the answer: guess first
    guess(page, "kv-cache", "3")
    run.click()
    chart = page.locator(".st-key-kv-cache-twins .xy")
    same = re.compile(r"\d+ of \d+ tokens the same")
    expect(page.get_by_role("heading", name=t("lesson.same_answer"))).to_be_visible(timeout=LONG)
    expect(chart.locator(".message")).to_have_text(same)
    points = chart.locator("circle").count()
    assert points > 10
    page.reload()
    lab.settle(page)
    expect(chart.locator("circle")).to_have_count(points, timeout=LONG)


def test_a_stack_is_measured_and_its_stages_race(page_for, bundled_server) -> None:
    page = page_for(bundled_server, path="optimise")
    guess(page, "optimise", "4")
    page.locator(".st-key-optimise-run button").click()
    expect(page.get_by_role("heading", name=t("lesson.stage_by_stage"))).to_be_visible(timeout=LONG)
    race = page.locator(".st-key-optimise-race button")
    expect(race).to_have_count(1)
    expect(race).to_be_enabled()
    race.scroll_into_view_if_needed()
    race.click()
    expect(page.locator(".st-key-optimise-lane0 .clock")).to_be_visible()
    expect(page.locator(".st-key-optimise-lane1 .clock")).to_be_visible()
    expect(page).to_have_url(re.compile("race="))


def test_the_roofline_fills_with_the_models_products(page_for, bundled_server) -> None:
    page = page_for(bundled_server, path="two-regimes")
    guess(page, "two-regimes", "16")
    page.locator(".st-key-two-regimes-run button").click()
    expect(page.locator(".st-key-two-regimes-steps .message")).to_be_attached()
    dots = page.locator(".st-key-two-regimes-roofline .dot.decode")
    expect(dots.first).to_be_attached(timeout=LONG)
    step = page.locator(".st-key-two-regimes-steps .series[data-kind='measured'] circle")
    expect(step.first).to_be_attached(timeout=LONG)
    line = page.locator(".st-key-two-regimes-line")  # on a small model the step may never double
    never = page.get_by_text("turns the step never took twice as long")
    expect(line.or_(never).first).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Traceback")).to_have_count(0)


def test_two_processes_share_a_model_and_say_the_same(page_for, bundled_server) -> None:
    page = page_for(bundled_server, path="parallelism")
    guess(page, "parallelism", "1.5")
    page.locator(".st-key-parallelism-run button").click()
    expect(page.get_by_role("heading", name=t("lesson.who_waits"))).to_be_visible(timeout=LONG)
    expect(page.get_by_role("table").first).to_contain_text("12 / 12")
    pieces = page.locator(".st-key-parallelism-stages .piece")
    expect(pieces).to_have_count(8)  # four micro-batches through two stages
    page.locator(".st-key-parallelism-micro button", has_text="8").click()
    expect(pieces).to_have_count(16)
