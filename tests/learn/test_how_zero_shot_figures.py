"""Figures of teaching an 1B student, against the published shapes of both models."""

import pytest

from lesson_core.learn.figures.prose import figures


def test_hours_and_bytes_of_a_teacher() -> None:
    f = figures()
    matrices = 8_030_261_248 - 128_256 * 4096  # the input table is looked up, not multiplied
    seconds = 2 * matrices * 1e9 / (0.4 * 989e12)
    assert float(f["h_reads_h"]) == pytest.approx(seconds / 3600, abs=0.06)
    assert float(f["h_all_tb"]) == pytest.approx(128_256 * 2 * 1e9 / 1e12, abs=0.5)
    assert float(f["h_top_gb"]) == 50 * (4 + 2) * 1e9 / 1e9
    assert float(f["h_less"]) == pytest.approx(128_256 * 2 / 300, abs=0.5)
    assert f["h_vector_bytes"] == "768"


def test_a_student_is_told_by_what_was_recorded() -> None:
    f = figures()
    assert float(f["h_glosses_chinese"]) < float(f["h_glosses_english"]) < float(f["h_shipped"])
