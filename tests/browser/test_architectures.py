"""Experts counted on the page, another machine chosen, prefill moved away."""

import re

import pytest
from playwright.sync_api import expect

from lesson_core.bench import browser as lab
from lesson_core.schema.architectures import BATCHES
from tests.browser.test_speed_journeys import LONG, guess, t

pytestmark = pytest.mark.browser


def test_layers_count_their_experts_and_prefill_moves_out(page_for, bundled_server) -> None:
    page = page_for(bundled_server, path="architectures")
    run = page.locator(".st-key-architectures-run button")
    expect(run).to_have_count(0)  # the curve is the answer: guess first
    guess(page, "architectures", "200")
    run.click()
    counted = page.locator(".st-key-architectures-experts .series[data-kind='measured'] circle")
    expect(counted).to_have_count(len(BATCHES), timeout=LONG)
    line = page.locator(".st-key-architectures-line")
    expect(line).to_contain_text(re.compile(r"1[56]\d"))
    expect(page.get_by_role("heading", name=t("lesson.step_bytes"))).to_be_visible()
    rungs = page.locator(".st-key-architectures-kv .rows li")
    expect(rungs).to_have_count(4)
    expect(rungs.first).to_contain_text("2,560 KiB")
    page.locator(".st-key-architectures-kinds button", has_text="DeepSeek-V3").click()
    expect(rungs.last).to_contain_text("68.6 KiB")
    gaps = page.locator(".st-key-architectures-gaps .series[data-kind='predicted']")
    expect(gaps).to_have_count(3)
    move = page.get_by_text("of keys and values over")
    expect(move).to_contain_text("21.5 ms")
    page.locator(".st-key-architectures-wire button", has_text="100 Gbit/s").click()
    expect(move).to_contain_text("85.9 ms", timeout=LONG)
    lab.settle(page)
    expect(page.get_by_text("Traceback")).to_have_count(0)
