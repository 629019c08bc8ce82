"""The evaluation page with a finished run in the store, with bad input, and before any run."""

from pathlib import Path

import pytest

from lesson_core.experiments import evaluate
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.evaluate import Evaluate
from lesson_core.schema.recipe import Recipe
from pages.ui import evaluate_form
from tests.app.stored import answered, keep
from tests.app.test_pages import opened
from tests.experiments.fake_lab import FakeLab

RECIPE = Recipe(model="bilingual-4m", device="cpu", precision="fp32", threads=1)
TEXT = "A *short* | line.\n<b>And</b> here is a line that goes on for quite a while.\n混 mixed 🙂"


def kept(tmp_path: Path) -> str:
    spec = Evaluate(recipe=RECIPE, text=TEXT, rows=2)
    return keep("evaluate", spec, evaluate.run(spec, FakeLab(tmp_path)))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, tmp_path: Path) -> None:
    app = answered("evaluate", lang, job=kept(tmp_path))
    text = " ".join(part.value for part in app.markdown)
    assert "{" not in text
    assert "<b>" not in text.replace("\\<b", "")  # what was typed stays text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in ("four_sums", "own_batches", "mode_left_on", "per_byte", "hard_tokens"):
        assert words.t(lang, f"lesson.{key}") in headers


def test_two_batches_are_computed_as_they_are_typed() -> None:
    app = answered("evaluate")
    text = " ".join(part.value for part in app.markdown)
    assert "**8.86**" in text and "**20.09**" in text
    app.number_input(key="evaluate.tokens_b").set_value(100).run()
    text = " ".join(part.value for part in app.markdown)
    assert text.count("**20.09**") == 2  # equal sizes, one number


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_preset_is_a_valid_text(lang: str) -> None:
    app = answered("evaluate")
    app.button_group(key="evaluate.preset").set_value(lang).run()
    text = app.text_area(key="evaluate.text").value
    assert text == evaluate_form.preset(lang)
    Evaluate(recipe=RECIPE, text=text)


@pytest.mark.parametrize(
    ("typed", "code"), [("", "evaluate_empty"), ("x" * 1_000_000, "evaluate_long")]
)
def test_bad_text_gets_a_sentence_and_the_form_stays(typed: str, code: str) -> None:
    app = answered("evaluate")
    app.text_area(key="evaluate.text").set_value(typed)
    app.button(key="evaluate.run").click().run()
    assert not app.exception
    start = words.keys("en")[f"errors.{code}"].split("{")[0][:20]
    assert any(warning.value.startswith(start) for warning in app.warning)
    assert app.button(key="evaluate.run")


def test_before_the_guess_nothing_is_told() -> None:
    app = opened(lesson("evaluate").path, "en")
    app.run()
    assert not app.exception
    assert not [button for button in app.button if button.key == "evaluate.run"]
