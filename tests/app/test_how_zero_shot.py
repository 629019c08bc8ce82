"""The page on how zero-shot comes about: finished runs, bad input, no encoder."""

from pathlib import Path

import pytest

from lesson_core.artefacts import home
from lesson_core.experiments import few_shot, how_zero_shot, student_own
from lesson_core.learn import words
from lesson_core.schema.how_zero_shot import FewShot, HowZeroShot, OwnStudent
from lesson_core.schema.zero_shot import read_labels, read_texts
from lesson_core.theory.recorded import recorded
from pages.ui import student_carried
from tests.app.stored import answered, keep
from tests.experiments.fake_lab import FakeLab
from tests.experiments.fake_readers import stand_in

ID = "how-zero-shot"
OWN = OwnStudent(texts=("又下雨了 <b>x</b>",), labels=read_labels("体育\nweather: rain"))


@pytest.fixture(autouse=True)
def encoder(monkeypatch) -> None:
    stand_in(monkeypatch)
    monkeypatch.setattr(home, "is_ready", lambda artefact: True)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, tmp_path: Path) -> None:
    job = keep("how_zero_shot", HowZeroShot(), how_zero_shot.run(HowZeroShot(), FakeLab(tmp_path)))
    app = answered(ID, lang, job=job)
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    text = " ".join(part.value for part in app.markdown)
    assert "{" not in text
    headers = [header.value for header in app.header]
    for key in ("what_was_carried", "own_sentences", "where_from", "few_examples"):
        assert words.t(lang, f"lesson.{key}") in headers
    assert "| cat ? |" in text  # a sentence word by word: nothing is known of its second piece


@pytest.mark.parametrize("way", student_own.WAYS)
def test_own_sentences_are_shown_as_each_reader_reads_them(way: str, tmp_path: Path) -> None:
    job = keep("student_own", OWN, student_own.run(OWN, FakeLab(tmp_path)))
    app = answered(ID, own=job)
    app.button_group(key=f"{ID}.way").set_value(way).run()
    assert not app.exception
    note = words.keys("en")["how_zero_shot.glosses_note"]
    assert (note in [caption.value for caption in app.caption]) == (way == "glosses")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_curves_come_with_their_numbers(lang: str, tmp_path: Path) -> None:
    spec = FewShot(ways=3, episodes=4)
    app = answered(ID, lang, episodes=keep("few_shot", spec, few_shot.run(spec, FakeLab(tmp_path))))
    table = next(
        part.value for part in app.markdown if "K = 10" in part.value and "|" in part.value
    )
    for method in few_shot.METHODS:
        assert words.t(lang, f"how_zero_shot.method_{method}") in table
    assert "100 ± 0" in table


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_example_is_a_valid_question(lang: str) -> None:
    app = answered(ID, lang)
    said = {name: app.text_area(key=f"{ID}.own.{name}").value for name in ("texts", "labels")}
    spec = OwnStudent(texts=read_texts(said["texts"]), labels=read_labels(said["labels"]))
    assert len(spec.texts) == len(spec.labels) == 5
    assert all(label.descriptions for label in spec.labels)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("texts", "  ", "zero_shot_no_text"),
        ("labels", "独一个", "zero_shot_few_labels"),
        ("labels", "天气\n天气", "zero_shot_equal_labels"),
        ("texts", "字" * 1_000_000, "zero_shot_long_text"),
        ("texts", "\n".join(["字" * 3_000] * 3), "student_long_texts"),
    ],
)
def test_bad_input_gets_a_sentence_and_the_form_stays(field: str, typed: str, code: str) -> None:
    app = answered(ID)
    app.text_area(key=f"{ID}.own.{field}").set_value(typed)
    app.button(key=f"{ID}.own.run").click().run()
    assert not app.exception
    start = words.keys("en")[f"errors.{code}"][:20].split("{")[0]
    assert any(warning.value.startswith(start) for warning in app.warning), code
    assert app.button(key=f"{ID}.own.run")


def test_without_the_encoder_it_is_offered(monkeypatch) -> None:
    monkeypatch.setattr(home, "is_ready", lambda artefact: artefact != "minilm-l6")
    app = answered(ID)
    for where in ("", ".own", ".few"):
        assert app.button(key=f"{ID}{where}.encoder")
    assert not [button for button in app.button if button.key == f"{ID}.run"]


def test_every_making_was_measured_on_all_sentences() -> None:
    found = recorded("chinese_student")["rows"]
    assert set(found) == set(student_carried.MAKINGS)
    assert {one["n"] for one in found.values()} == {312}
    for one in found.values():
        assert 0 <= one["right"] <= one["n"]
