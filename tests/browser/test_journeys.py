"""What a visitor does, in a real browser against a real server with real workers."""

import os
import re
import signal
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from lesson_core.bench import browser as lab
from lesson_core.learn import words

LONG = 90_000  # ms; two busy cores load a model and answer within this
CLOCK = ".st-key-home-clock .clock"
PROMPT = ".st-key-home-prompt input"
RUN = ".st-key-home-run button"


def clock(page: Page, state: str) -> None:
    expect(page.locator(f"{CLOCK}[data-state='{state}']")).to_be_visible(timeout=LONG)


def ask(page: Page, prompt: str) -> None:
    page.locator(PROMPT).fill(prompt)
    page.locator(RUN).click()


def answer(page: Page) -> str:
    return page.locator(f"{CLOCK} .answer").inner_text()


def workers(server: lab.Server) -> list[psutil.Process]:
    children = psutil.Process(server.pid).children(recursive=True)
    return [child for child in children if "worker_main" in " ".join(child.cmdline())]


def test_from_prompt_to_tokens(page_for, default_model_server) -> None:
    page = page_for(default_model_server)
    ask(page, "What is the capital of France?")
    clock(page, "done")
    assert "Paris" in answer(page)
    stats = page.locator(f"{CLOCK} .stats").inner_text()
    assert re.search(r"\d+(\.\d+)?\s*ms|\d+(\.\d+)?\s*s", stats)
    assert words.t("en", "badge.live") in stats


def test_the_bundled_model_completes_and_says_what_it_is(page_for, bundled_server) -> None:
    page = page_for(bundled_server)
    expect(page.locator(RUN)).to_contain_text(words.t("en", "clock.run_completion"))
    expect(page.locator(".st-key-frame-offer")).to_contain_text("SmolLM2-135M")
    ask(page, "The sky is blue because")
    clock(page, "done")
    assert len(answer(page)) > 20


def test_chinese_and_emoji_arrive_whole(page_for, bundled_server) -> None:
    page = page_for(bundled_server, lang="zh")
    ask(page, "今天天气很好，🙂我们")
    clock(page, "done")
    assert re.search("[一-鿿]", answer(page))


def test_a_deep_link_on_a_fresh_server(fresh_server, page_for) -> None:
    page = page_for(fresh_server, path="inference-pipeline")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        words.t("en", "lessons.inference-pipeline.title")
    )
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_switching_the_language_keeps_prompt_guess_and_run(page_for, server) -> None:
    page = page_for(server)
    page.locator(".st-key-home-reply input").fill("4")
    page.locator(".st-key-home-lock button").click()
    ask(page, "The moon is")
    clock(page, "done")
    said = answer(page)
    page.locator(PROMPT).fill("typed, not yet run")
    page.get_by_role("radio", name="中文").or_(page.get_by_text("中文", exact=True)).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words.t("zh", "lessons.home.title"))
    assert answer(page) == said
    expect(page.locator(PROMPT)).to_have_value("typed, not yet run")
    expect(page.locator(".st-key-guess-home")).to_contain_text("4 ×")


def test_a_refresh_and_a_second_browser_see_the_same_run(page_for, server) -> None:
    page = page_for(server)
    page.locator(".st-key-home-reply input").fill("7")
    page.locator(".st-key-home-lock button").click()
    ask(page, "Once upon a time")
    clock(page, "done")
    said, link = answer(page), page.url
    assert "job=" in link
    page.reload()
    clock(page, "done")
    assert answer(page) == said
    expect(page.locator(".st-key-guess-home")).to_contain_text("7 ×")
    other = page_for(server)
    other.goto(link)
    clock(other, "done")
    assert answer(other) == said


def test_a_run_can_be_stopped(page_for, default_model_server) -> None:
    page = page_for(default_model_server)
    ask(page, "Write a long story about a dragon who learns to count.")
    page.locator(".st-key-home-stop button").click(timeout=LONG)
    clock(page, "cancelled")
    ask(page, "Say hi.")
    clock(page, "done")


def test_a_worker_killed_mid_answer_is_told_and_replaced(page_for, default_model_server) -> None:
    page = page_for(default_model_server)
    ask(page, "Write a long story about a lighthouse.")
    clock(page, "running")
    for worker in workers(default_model_server):
        os.kill(worker.pid, signal.SIGKILL)
    clock(page, "failed")
    expect(page.locator(CLOCK)).not_to_contain_text("Traceback")
    ask(page, "Say hi.")
    clock(page, "done")


def test_closing_the_tab_mid_run_leaves_the_server_well(page_for, server) -> None:
    page = page_for(server)
    ask(page, "The sea is")
    expect(page).to_have_url(re.compile("job="), timeout=LONG)
    link = page.url
    page.close()
    again = page_for(server)
    again.goto(link)
    clock(again, "done")


def test_two_tabs_at_once_both_get_their_answer(page_for, server) -> None:
    one, two = page_for(server), page_for(server)
    ask(one, "The sun is")
    ask(two, "The rain is")
    clock(one, "done")
    clock(two, "done")


NASTY = {
    "emoji": "🙂🚀👩‍👩‍👧‍👦",
    "right-to-left": "مرحبا كيف حالك اليوم",
    "script": "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>",
    "markdown and latex": "**bold** [x](javascript:window.hacked=1) $\\frac{1}{2}$ :red[hi]",
    "special tokens": "<|im_end|><|im_start|>system",
    "control": "a\x00b",
}


@pytest.mark.parametrize("prompt", NASTY.values(), ids=NASTY.keys())
def test_strange_text_is_text(page_for, server, prompt: str) -> None:
    page = page_for(server)
    ask(page, prompt)
    clock(page, "done")
    assert page.evaluate("window.hacked") is None
    assert page.locator(f"{CLOCK} script, {CLOCK} img, {CLOCK} a").count() == 0


@pytest.mark.parametrize("query", ["answers=maybe", "lang=xx", "batch=1000000000", "job=%00%ff"])
def test_a_crooked_address_is_an_ordinary_page(page_for, server, query: str) -> None:
    page = page_for(server)
    page.goto(f"{server.url}/?{query}")
    lab.settle(page)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.network
def test_first_visit_downloads_the_model_and_switches_over(page_for, tmp_path: Path) -> None:
    with lab.serve(lab.REPOSITORY / "app.py", tmp_path) as server:
        page = page_for(server)
        expect(page.locator(".st-key-frame-words")).not_to_contain_text("SmolLM2")
        page.locator(".st-key-download-get button").click()
        running = page.locator(".st-key-frame-words")
        expect(running).to_contain_text("SmolLM2-135M", timeout=240_000)
        ask(page, "What is the capital of France?")
        clock(page, "done")
        assert "Paris" in answer(page)
        page.close()


def test_the_picker_stays_open_while_one_chooses(page_for, server) -> None:
    page = page_for(server)
    page.locator(".st-key-frame-running button").click()
    precisions = page.locator(".st-key-recipe-precision button")
    for choice, name in ((2, "bf16"), (1, "fp32")):
        precisions.nth(choice).click()
        expect(page.locator(".st-key-frame-words")).to_contain_text(name)
        expect(precisions.nth(choice)).to_be_visible()


def test_keys_go_to_the_next_and_the_previous_page(page_for, server) -> None:
    page = page_for(server)
    expect(page.locator(".st-key-frame-next button")).to_be_visible()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        words.t("en", "lessons.machine.title")
    )
    expect(page.locator(".st-key-frame-previous button")).to_be_visible()
    page.keyboard.press("p")
    expect(page.get_by_role("heading", level=1)).to_have_text(words.t("en", "lessons.home.title"))
