"""A sweep over model sizes in a browser: started, refreshed, cancelled, resumed."""

import re

from playwright.sync_api import Page, expect

from lesson_core.learn import words

LONG = 180_000  # ms; without a card of the machine the worker takes one first
RUN, STOP = ".st-key-size-run button", ".st-key-size-stop button"
CHART = ".st-key-size-card .message"


def pattern(key: str, **known: str) -> re.Pattern[str]:
    """The words of `key` with any number where a placeholder stands, or the one in `known`."""
    text = words.keys("en")[key]
    parts = re.split(r"\{(\w+)\}", text)
    return re.compile(
        "".join(
            re.escape(p) if i % 2 == 0 else known.get(p, r"[\d.,]+") for i, p in enumerate(parts)
        )
    )


def says(page: Page, found: re.Pattern[str]) -> None:
    expect(page.locator(CHART).first).to_contain_text(found, timeout=LONG)


def test_a_sweep_is_started_refreshed_cancelled_and_resumed(page_for, server) -> None:
    page = page_for(server, path="size")
    page.goto(f"{page.url}&answers=true")
    page.locator(".st-key-size-largest button", has_text="1B").click()
    page.locator(RUN).click()
    says(page, pattern("size.step", done="[2-9]", total="9"))
    assert "job=" in page.url
    page.reload()
    says(page, pattern("size.step", done="[2-9]", total="9"))
    page.locator(STOP).click()
    says(page, pattern("size.stopped"))
    expect(page.locator(RUN)).to_contain_text(pattern("size.resume"))
    kept = int(re.findall(r"\d+", page.locator(RUN).inner_text())[0])
    assert kept >= 1
    page.locator(".st-key-size-largest button", has_text="300M").click()
    page.locator(RUN).click()
    says(page, re.compile(re.escape(words.keys("en")["size.fitted"].split("{")[0])))
    expect(page.locator(".st-key-size-csv button")).to_be_visible()
    expect(page.locator(RUN)).to_contain_text(words.t("en", "size.run"))
