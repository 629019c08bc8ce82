"""The zero-shot page with finished runs in the store, with bad input, and without the encoder."""

from pathlib import Path

import pytest

from lesson_core.artefacts import home
from lesson_core.experiments import zero_shot, zero_shot_own
from lesson_core.learn import words
from lesson_core.schema.zero_shot import OwnZeroShot, ZeroShot, read_labels
from lesson_core.tasks import sentence_encoder
from tests.app.stored import answered, keep
from tests.experiments.fake_encoder import FakeEncoder
from tests.experiments.fake_lab import RECIPE, FakeLab

OWN = OwnZeroShot(
    recipe=RECIPE, texts=("A <b>goal</b> *now*", "又下雨了"), template="{}",
    labels=read_labels("sport: a match\nweather: rain"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def encoder(monkeypatch) -> None:
    monkeypatch.setattr(sentence_encoder, "load", lambda: FakeEncoder("en"))
    monkeypatch.setattr(home, "is_ready", lambda artefact: True)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, tmp_path: Path) -> None:
    spec = ZeroShot(recipe=RECIPE, sampled=12)
    job = keep("zero_shot", spec, zero_shot.run(spec, FakeLab(tmp_path)))
    app = answered("zero-shot", lang, job=job)
    text = " ".join(part.value for part in app.markdown)
    assert "{" not in text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in ("where_wrong", "own_classes", "prompt_once"):
        assert words.t(lang, f"lesson.{key}") in headers
    app.button_group(key="zero-shot.which").set_value("zh").run()
    assert not app.exception
    assert any("[UNK]" in caption.value for caption in app.caption)


@pytest.mark.parametrize("way", ["name", "described", "token", "prior"])
def test_own_classes_are_shown_in_every_wording(way: str, tmp_path: Path) -> None:
    job = keep("zero_shot_own", OWN, zero_shot_own.run(OWN, FakeLab(tmp_path)))
    app = answered("zero-shot", own=job)
    app.button_group(key="zero-shot.way").set_value(way).run()
    assert not app.exception
    captions = " ".join(caption.value for caption in app.caption)
    assert ("1 of 2 pieces" in captions) == (way in ("name", "described"))
    assert "<b>" not in captions.replace("\\<b", "")  # what was typed stays text


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("preset", ["topics", "moods", "chinese", "numbers"])
def test_every_preset_is_a_valid_question(lang: str, preset: str) -> None:
    app = answered("zero-shot", lang)
    app.button_group(key="zero-shot.own.preset").set_value(preset).run()
    fields = {
        name: app.text_area(key=f"zero-shot.own.{name}").value for name in ("texts", "labels")
    }
    spec = OwnZeroShot(
        recipe=RECIPE, texts=tuple(fields["texts"].splitlines()),
        labels=read_labels(fields["labels"]),
        template=app.text_input(key="zero-shot.own.template").value,
    )  # fmt: skip
    assert len(spec.labels) == 4


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("texts", "", "zero_shot_no_text"),
        ("labels", "alone", "zero_shot_few_labels"),
        ("labels", "sport\nsport", "zero_shot_equal_labels"),
        ("texts", "x" * 1_000_000, "zero_shot_long_text"),
    ],
)
def test_bad_input_gets_a_sentence_and_the_form_stays(field: str, typed: str, code: str) -> None:
    app = answered("zero-shot")
    app.text_area(key=f"zero-shot.own.{field}").set_value(typed)
    app.button(key="zero-shot.own.run").click().run()
    assert not app.exception
    sentence = words.keys("en")[f"errors.{code}"]
    start = sentence[:20].split("{")[0]
    assert any(warning.value.startswith(start) for warning in app.warning), code
    assert app.button(key="zero-shot.own.run")


def test_without_the_encoder_it_is_offered(monkeypatch) -> None:
    monkeypatch.setattr(home, "is_ready", lambda artefact: artefact != "minilm-l6")
    app = answered("zero-shot")
    assert app.button(key="zero-shot.encoder")
    assert app.button(key="zero-shot.own.encoder")
    assert not [button for button in app.button if button.key == "zero-shot.run"]
