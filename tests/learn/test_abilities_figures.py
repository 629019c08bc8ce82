"""Figures of the abilities lessons: they follow what is recorded and what is bundled."""

import json

import pytest

from lesson_core.learn.figures import how_zero_shot, parameters, translation, vectors
from lesson_core.learn.figures.prose import figures
from lesson_core.theory import recorded as records
from lesson_core.theory.recorded import recorded


def test_the_table_is_a_share_of_all_weights() -> None:
    shape = json.loads((translation.MODEL.parent / "config.json").read_text("utf-8"))
    table = shape["vocab_size"] * shape["d_model"]
    weights = translation.MODEL.stat().st_size / 2  # bf16, and a small header
    assert float(figures()["tr_table"]) == pytest.approx(100 * table / weights, abs=0.6)


def test_passes_over_the_text_times_its_tokens_are_what_was_read() -> None:
    parts = recorded("ladder")["text"]["train"].values()
    f = parameters.parameters()
    read = float(f["w_passes"]) * sum(part["tokens"] for part in parts)
    assert read == pytest.approx(recorded("ladder")["rungs"][0]["tokens"], rel=0.05)


def test_another_record_gives_other_figures(monkeypatch) -> None:
    other = json.loads(json.dumps(recorded("abilities")))
    other["zero_shot"]["own"]["en"]["accuracy"] = 0.5
    other["few_shot"]["curves"]["maml"]["5"]["mean"] = 0.123
    every = {"abilities": other}
    monkeypatch.setattr(how_zero_shot, "recorded", lambda name: every.get(name) or recorded(name))
    f = how_zero_shot.how_zero_shot()
    assert (f["h_teacher_en"], f["h_maml_5"]) == ("50", "12.3")
    assert f["h_teacher_zh"] == figures()["h_teacher_zh"]


def test_words_that_are_not_plain_lower_case_are_counted() -> None:
    lost = float(vectors.vectors()["v_lost"])
    assert 20 < lost < 40


def test_every_record_can_be_read() -> None:
    names = [path.stem for path in records.FOLDER.glob("*.json")]
    assert "abilities" in names
    assert all(isinstance(recorded(name), dict) for name in names)


def test_the_share_on_clinc_is_that_of_the_record() -> None:
    share = recorded("abilities")["classify"]["ways"]["sentences"]["accuracy"]
    assert float(figures()["cl_clinc"]) == pytest.approx(100 * share, abs=0.5)
