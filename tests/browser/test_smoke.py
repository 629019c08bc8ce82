"""The app opens in a real browser."""

import re

import pytest
from playwright.sync_api import expect


def test_first_page_opens(page_for, server):
    page = page_for(server)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page).to_have_title(re.compile("LLM|Token|Speed"))


def test_first_page_opens_without_the_default_model(page_for, bundled_server):
    page = page_for(bundled_server, lang="zh")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_phone_shows_the_whole_header(page_for, server, lang):
    page = page_for(server, lang=lang, width=390)
    for part in ("running", "share"):
        box = page.locator(f".st-key-frame-{part} button").first.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
