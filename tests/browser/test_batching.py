"""Two schedulers on one engine, the board of blocks, and a server loaded until it breaks."""

import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from tests.browser.test_speed_journeys import LONG, guess

pytestmark = pytest.mark.browser


@pytest.fixture
def served(page_for, bundled_server) -> Page:
    page: Page = page_for(bundled_server, path="batching")
    guess(page, "batching", "2")
    page.locator(".st-key-batching-run button").click()
    expect(page.locator(".st-key-batching-line")).to_be_visible(timeout=LONG)
    lab.settle(page)
    return page


def test_the_same_requests_under_two_schedulers(served: Page) -> None:
    for kind in ("static", "continuous"):
        picture = served.locator(f".st-key-batching-{kind} .gantt")
        expect(picture.locator(".row")).to_have_count(24)
        expect(picture.locator(".name")).to_contain_text("tokens per second")
    row = served.locator(".st-key-batching-static .gantt svg")
    row.focus()
    served.keyboard.press("ArrowDown")
    expect(served.locator(".st-key-batching-static .detail")).to_contain_text("Request 0:")
    board = served.locator(".st-key-batching-board .kv_board")
    expect(board.locator(".block.used").first).to_be_attached()
    expect(served.get_by_text("Traceback")).to_have_count(0)


def test_a_server_is_loaded_until_it_breaks_and_replayed(served: Page) -> None:
    expect(served.get_by_text("requests per second of at most")).to_be_visible()
    replay = served.locator(".st-key-batching-replay button")
    replay.scroll_into_view_if_needed()
    replay.click()
    expect(served.locator(".st-key-batching-replayed .row").first).to_be_attached(timeout=LONG)
    expect(served.get_by_text("on the real engine, predicted beforehand")).to_be_visible()
    expect(served.get_by_text("Traceback")).to_have_count(0)
