"""The translation page with a finished run in the store, with bad sentences, and before any run."""

from pathlib import Path

import pytest

from lesson_core.artefacts import manifest
from lesson_core.experiments import translation
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.translation import Translation
from lesson_core.theory.recorded import recorded
from pages.ui import translation_form
from tests.app.stored import answered, keep
from tests.app.test_pages import opened
from tests.experiments.fake_lab import FakeLab
from tests.experiments.test_translation import bundled  # noqa: F401

ID = "translation"


@pytest.fixture
def job(bundled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:  # noqa: F811
    monkeypatch.setattr(manifest, "checked_folder", lambda _: bundled)
    spec = Translation(text="The *dog* <b>the</b> cat.", target="zh", beams=3)
    return keep(ID, spec, translation.run(spec, FakeLab(tmp_path)))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, job: str) -> None:
    app = answered(ID, lang, job=job)
    text = " ".join(part.value for part in app.markdown)
    assert "{" not in text
    assert "<b>" not in text.replace("\\<b", "")  # what was typed stays text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in ("word_by_word", "beams", "cache_twins", "held_out"):
        assert words.t(lang, f"lesson.{key}") in headers
    assert recorded("translation")["en_zh"]["signature"] in " ".join(
        caption.value for caption in app.caption
    )


@pytest.mark.parametrize("target", translation_form.DIRECTIONS)
@pytest.mark.parametrize("preset", translation_form.PRESETS)
def test_every_beginning_is_a_valid_sentence(target: str, preset: str) -> None:
    app = answered(ID)
    app.button_group(key=f"{ID}.target").set_value(target).run()
    app.button_group(key=f"{ID}.preset").set_value(preset).run()
    text = app.text_input(key=f"{ID}.text").value
    assert Translation(text=text, target=target).text == text  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "translate_empty"),
        ("x" * 1_000_000, "translate_too_long"),
        ("你好", "translate_not_en"),
    ],
)
def test_a_bad_sentence_gets_one_back_and_the_form_stays(typed: str, code: str) -> None:
    app = answered(ID)
    app.text_input(key=f"{ID}.text").set_value(typed)
    app.button(key=f"{ID}.run").click().run()
    assert not app.exception
    sentence = words.keys("en")[f"errors.{code}"].replace("{text}", typed)
    assert any(warning.value[:12] in sentence for warning in app.warning)
    assert app.button(key=f"{ID}.run")


def test_before_the_guess_no_score_is_told() -> None:
    app = opened(lesson(ID).path, "en")
    app.run()
    assert not app.exception
    assert not [button for button in app.button if button.key == f"{ID}.run"]
    signature = recorded("translation")["en_zh"]["signature"]
    assert not any(signature in caption.value for caption in app.caption)
