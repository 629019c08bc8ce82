"""What the benchmark of the pages makes of its times."""

from lesson_core.bench import ui
from lesson_core.bench.ui import Times
from lesson_core.learn.catalogue import LESSONS

TIMES = {
    ui.SHIPPED: Times(1.0, 1.1, 0.1, 0.1),
    ui.OURS: Times(1.0, 1.0, 0.05, 0.05),
    "home": Times(1.2, 1.65, 0.15, 0.3),
    "machine": Times(1.4, 1.5, 0.1, 0.2),
}
HEALTHY = {"web_rss_mb": 120.0, "torch_imported": False}


def test_ratios_are_the_worst_page_over_the_empty_app():
    report = ui._report(TIMES)
    assert report["empty"] == {"alive_s": 1.0, "ready_s": 1.1, "rerun_s": 0.1, "whole_rerun_s": 0.1}
    assert set(report["pages"]) == {"home", "machine"}
    assert report["ratios"] == {
        "alive_max": 1.4, "ready_max": 1.5, "rerun_max": 1.5, "whole_rerun_max": 3.0,
    }  # fmt: skip
    assert report["ratios_our_settings"]["rerun_max"] == 3.0


def test_it_passes_only_within_every_bar():
    assert ui._passes(ui._report(TIMES) | HEALTHY)
    slow = TIMES | {"home": Times(1.51, 1.65, 0.15, 0.15)}
    assert not ui._passes(ui._report(slow) | HEALTHY)
    assert not ui._passes(ui._report(TIMES) | HEALTHY | {"torch_imported": True})
    assert not ui._passes(ui._report(TIMES) | HEALTHY | {"web_rss_mb": 301.0})


def test_the_median_is_taken_per_time():
    taken = [Times(1, 5, 3, 7), Times(2, 4, 1, 9), Times(9, 6, 2, 8)]
    assert ui._median(taken) == Times(2, 5, 2, 8)


def test_every_lesson_the_runs_and_the_settings_are_opened():
    assert set(ui.page_paths()) == {lesson.id for lesson in LESSONS} | {"runs", "settings"}
