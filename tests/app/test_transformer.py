"""The Transformer page with finished runs in the store, its switches, and before the guess."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from lesson_core.experiments import first_transformer
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.first_transformer import BrokenTransformer, TrainTransformer
from pages.ui import runs
from tests.app.stored import answered, keep
from tests.app.test_pages import opened
from tests.experiments.fake_lab import FakeLab

ID = "transformer"


class Quick(FakeLab):
    """A clock that is past any deadline after three looks."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.ticks = itertools.count(step=30)

    def clock(self) -> float:
        return float(next(self.ticks))


def trained(tmp_path: Path, **more: Any) -> str:
    spec = TrainTransformer(digits=2, seconds=40, **more)
    return keep("train_transformer", spec, first_transformer.train(spec, Quick(tmp_path)))


def read(app) -> str:
    return " ".join(part.value for part in app.markdown)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_training_fills_the_page(lang: str, tmp_path: Path) -> None:
    app = answered(ID, lang, job=trained(tmp_path))
    assert "{" not in read(app)
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    assert words.t(lang, "first_transformer.part_spread") in read(app)
    assert words.t(lang, "first_transformer.without_positions") not in read(app)
    assert words.t(lang, "first_transformer.broken_idle") in [c.value for c in app.caption]


@pytest.mark.parametrize("switch", ["positions", "causal"])
def test_a_training_without_a_part_says_so(switch: str, tmp_path: Path) -> None:
    app = answered(ID, job=trained(tmp_path, **{switch: False}))
    assert words.t("en", f"first_transformer.without_{switch}") in read(app)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_four_mistakes_show_what_was_measured(lang: str, tmp_path: Path) -> None:
    spec = BrokenTransformer()
    job = keep("broken_transformer", spec, first_transformer.run(spec, FakeLab(tmp_path)))
    app = answered(ID, lang, broken=job)
    text = read(app)
    assert "{" not in text
    assert text.count("**0**") == 2  # loss and gradient, exactly
    assert "Target 1 is out of bounds" in text.replace("\\", "")
    assert "d_model" in text.replace("\\", "")


def test_the_form_makes_the_spec_it_shows(monkeypatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(runs, "start", lambda name, make: asked.append(make()))
    app = answered(ID)
    app.button_group(key=f"{ID}.task").set_value("add")
    app.toggle(key=f"{ID}.causal").set_value(False)
    app.button(key=f"{ID}.run").click().run()
    app.number_input(key=f"{ID}.broken_length").set_value(5)
    app.button(key=f"{ID}.check").click().run()
    assert (asked[0].task, asked[0].causal, asked[0].positions) == ("add", False, True)
    assert asked[0].seconds < 60
    assert asked[1] == BrokenTransformer(length=5)


def test_before_the_guess_nothing_is_told() -> None:
    app = opened(lesson(ID).path, "en")
    assert not app.exception
    shown = [button.key for button in app.button]
    assert f"{ID}.run" not in shown and f"{ID}.check" not in shown
