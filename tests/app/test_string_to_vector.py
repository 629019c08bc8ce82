"""The page on strings and vectors: a kept run, bad input, before the guess, without GloVe."""

from pathlib import Path

import numpy as np
import pytest

from lesson_core.artefacts import word_vectors as on_disk
from lesson_core.experiments import word_vectors
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.vectors import TrainVectors, WordVectors
from pages.ui import runs, vectors_form
from tests.app.stored import answered, keep
from tests.app.test_pages import opened
from tests.experiments.fake_lab import FakeLab

ID = "string-to-vector"
WORDS = ["the", "dog", "bites", "man", "woman", "king", "queen", "faster", "film", "great", "it"]
SPEC = WordVectors(
    text="The *dog* | <b>x</b> 狗", other="", word="faster", mapped=("dog", "man", "狗", "king")
)
HEADINGS = ("missing_words", "breaking_strings", "no_order", "own_strings", "words_near")


@pytest.fixture(autouse=True)
def stand_in(monkeypatch, tmp_path: Path) -> None:
    matrix = np.random.default_rng(4).normal(size=(len(WORDS), 100)).astype(np.float32)
    np.save(tmp_path / on_disk.MATRIX, matrix)
    on_disk._write(tmp_path / on_disk.WORDS, WORDS)
    monkeypatch.setattr(word_vectors.manifest, "checked_folder", lambda artefact: tmp_path)
    monkeypatch.setattr(word_vectors, "_encoder", lambda: None)
    monkeypatch.setattr(vectors_form, "at_hand", lambda: True)
    monkeypatch.setattr(vectors_form.download, "needed", lambda *said: True)


def kept(tmp_path: Path, spec: WordVectors) -> str:
    return keep("word_vectors", spec, word_vectors.run(spec, FakeLab(tmp_path)))


def read(app) -> str:
    return " ".join(part.value for part in app.markdown)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, tmp_path: Path) -> None:
    app = answered(ID, lang, job=kept(tmp_path, SPEC))
    assert "{" not in read(app)
    assert "<b>" not in read(app).replace("\\<b", "")  # what was typed stays text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in (*HEADINGS, "from_nothing"):
        assert words.t(lang, f"lesson.{key}") in headers
    assert words.t(lang, "vectors.own_nan") in read(app)  # the empty string
    assert words.t(lang, "vectors.map_unknown", words="狗") in [c.value for c in app.caption]


def test_unknown_words_are_said_where_they_were_asked_for(tmp_path: Path) -> None:
    spec = WordVectors(
        text="zzz", other="dog", policy="refuse", word="qqq", analogy=("man", "rrr", "king")
    )
    app = answered(ID, job=kept(tmp_path, spec))
    said = " ".join(warning.value for warning in app.warning)
    assert all(word in said for word in ("zzz", "qqq", "rrr"))
    assert words.t("en", "vectors.map_empty") in [caption.value for caption in app.caption]


@pytest.mark.parametrize("learner", ["word2vec", "fasttext"])
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_trained_vectors_show_neighbours_and_a_map(lang: str, learner, tmp_path: Path) -> None:
    spec = TrainVectors(corpus="en", learner=learner, epochs=1, word="cache")
    job = keep("train_vectors", spec, word_vectors.train(spec, FakeLab(tmp_path)))
    app = answered(ID, lang, trained=job)
    key = "unseen_none" if learner == "word2vec" else "unseen_pieces"
    assert words.t(lang, f"vectors.{key}") in [caption.value for caption in app.caption]
    assert "cachexyz" in read(app) and "**0**" in read(app)


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [("text", "x" * 1_000_000, "vectors_long"), ("a", " ", "vectors_analogy"),
     ("word", "a whole sentence " * 9, "vectors_long_word"),
     ("mapped", " ".join(map(str, range(99))), "vectors_many_words")],
)  # fmt: skip
def test_bad_input_gets_a_sentence_and_the_form_stays(field: str, typed: str, code: str) -> None:
    app = answered(ID)
    if field == "mapped":
        app.text_area(key=f"{ID}.mapped").set_value(typed)
    else:
        app.text_input(key=f"{ID}.{field}").set_value(typed)
    button = f"{ID}.{'strings' if field == 'text' else 'words'}_run"
    app.button(key=button).click().run()
    assert refused(app, code)
    assert app.button(key=button)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("", "vectors_no_text"), ("x " * 500_000, "vectors_long")],
)
def test_nothing_and_too_much_to_learn_from(typed: str, code: str) -> None:
    app = answered(ID)
    app.button_group(key=f"{ID}.train.corpus").set_value("own").run()
    app.text_area(key=f"{ID}.train.text").set_value(typed)
    app.button(key=f"{ID}.train.run").click().run()
    assert refused(app, code)


def refused(app, code: str) -> bool:
    assert not app.exception
    start = words.keys("en")[f"errors.{code}"].split("{")[0][:20]
    return [warning.value.startswith(start) for warning in app.warning] == [True]


def test_the_forms_make_the_spec_they_show(monkeypatch) -> None:
    asked: list[WordVectors] = []
    monkeypatch.setattr(runs, "start", lambda name, make: asked.append(make()))
    app = answered(ID)
    app.text_input(key=f"{ID}.text").set_value("Ｄｏｇ 狗")
    app.button_group(key=f"{ID}.policy").set_value("zero")
    app.button(key=f"{ID}.strings_run").click().run()
    assert (asked[0].text, asked[0].policy) == ("Ｄｏｇ 狗", "zero")
    app.text_area(key=f"{ID}.mapped").set_value("a, b；c  a")
    app.button(key=f"{ID}.words_run").click().run()
    assert asked[1].mapped == ("a", "b", "c")
    assert asked[1].analogy == ("man", "woman", "king")


def test_without_glove_it_is_offered_and_the_rest_is_there(monkeypatch) -> None:
    monkeypatch.undo()
    monkeypatch.setattr(vectors_form.home, "is_ready", lambda artefact: artefact != "glove-100")
    app = answered(ID)
    assert app.button(key=f"{ID}.glove")
    assert app.button(key=f"{ID}.train.run")
    assert words.t("en", "vectors.needs_glove") in [caption.value for caption in app.caption]
    assert not [button for button in app.button if button.key == f"{ID}.run"]


def test_before_the_guess_nothing_is_told() -> None:
    app = opened(lesson(ID).path, "en")
    assert not app.exception
    shown = [button.key for button in app.button]
    assert f"{ID}.run" not in shown and f"{ID}.train.run" not in shown
