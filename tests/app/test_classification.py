"""The classification page with a finished run in the store, with bad tables, and before any run."""

from pathlib import Path

import pytest

from lesson_core.experiments import classify
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema import labelled_table
from lesson_core.schema.classify import Classify
from lesson_core.schema.labelled_table import LabelledTable
from pages.ui import classify_form, download
from tests.app.stored import answered, keep
from tests.app.test_pages import opened
from tests.experiments.fake_lab import RECIPE, FakeLab
from tests.experiments.test_classify import TABLE, stand_ins  # noqa: F401

ID = "classification"
MANY = LabelledTable(
    texts=tuple(f"text {i} of {i % 25}" for i in range(100)),
    labels=tuple(f"class {i % 25}" for i in range(100)),
)


def kept(tmp_path: Path, table: LabelledTable = TABLE, typed: str = "a *ship* | <b>") -> str:
    spec = Classify(recipe=RECIPE, table=table, typed=typed)
    return keep("classify", spec, classify.run(spec, FakeLab(tmp_path)))


def text_of(app) -> str:
    return " ".join(part.value for part in app.markdown)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_fills_the_page(lang: str, tmp_path: Path) -> None:
    app = answered(ID, lang, job=kept(tmp_path))
    text = text_of(app)
    assert "{" not in text and "AxisError" in text
    assert "<b>" not in text.replace("\\<b", "")  # what was typed stays text
    assert words.t(lang, "lesson.run_to_fill") not in [caption.value for caption in app.caption]
    headers = [header.value for header in app.header]
    for key in ("five_numbers", "where_wrong", "own_sentence", "shapes_break"):
        assert words.t(lang, f"lesson.{key}") in headers
    for way in classify.WAYS:
        app.button_group(key=f"{ID}.which").set_value(way).run()
        assert not app.exception


def test_many_classes_are_told_as_pairs(tmp_path: Path) -> None:
    app = answered(ID, job=kept(tmp_path, MANY))
    app.button_group(key=f"{ID}.which").set_value("tuned").run()  # always class 0
    assert words.t("en", "classify.pairs_head").splitlines()[0] in text_of(app)


def test_a_way_whose_file_is_missing_is_left_out(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(classify.home, "is_ready", lambda artefact: artefact == "glove-100")
    job = kept(tmp_path)
    monkeypatch.setattr(download.home, "is_ready", lambda artefact: artefact != "minilm-l6")
    app = answered(ID, job=job)
    assert app.button(key=f"{ID}.get.minilm-l6")
    assert words.t("en", "lesson.run_to_fill") in [caption.value for caption in app.caption]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_example_table_is_valid(lang: str) -> None:
    app = answered(ID, lang)
    app.button_group(key=f"{ID}.data").set_value("own").run()
    typed = app.text_area(key=f"{ID}.table").value
    assert typed == classify_form.our_table(lang)
    assert len(labelled_table.read(typed.encode()).names) == 3


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "table_empty"),
        ("sentence,label\nx,a\n", "table_column"),
        ("text,label\nx,a\ny,a\nz,b\n", "table_small_class"),
        ("text,label\nx,a\ny,a\n", "table_one_class"),
        ("text,label\nx,A\ny,A\nz,a\nw,a\n", "table_equal_labels"),
        ("x" * 1_000_000, "table_too_big"),
    ],
)
def test_a_bad_table_gets_a_sentence_and_the_form_stays(typed: str, code: str) -> None:
    app = answered(ID)
    app.button_group(key=f"{ID}.data").set_value("own").run()
    app.text_area(key=f"{ID}.table").set_value(typed)
    app.button(key=f"{ID}.run").click().run()
    assert not app.exception
    start = words.keys("en")[f"errors.{code}"].split("{")[0][:20]
    assert any(warning.value.startswith(start) for warning in app.warning)
    assert app.button(key=f"{ID}.run")


def test_an_uploaded_file_becomes_the_table_or_says_why_not() -> None:
    app = answered(ID)
    app.button_group(key=f"{ID}.data").set_value("own").run()
    good = "text;label\nsoup;food\ntea;food\nship;sea\nwave;sea\n"
    app.file_uploader[0].set_value(("good.csv", b"\xef\xbb\xbf" + good.encode(), "text/csv")).run()
    assert app.text_area(key=f"{ID}.table").value == good
    assert not app.warning
    bad = "text,label\n你,a\n".encode("gb18030")
    app.file_uploader[0].set_value(("bad.csv", bad, "text/csv")).run()
    assert app.text_area(key=f"{ID}.table").value == good
    assert any("UTF" in warning.value for warning in app.warning)


def test_the_sentence_goes_with_the_texts_until_another_is_typed() -> None:
    app = answered(ID)
    said = app.text_input(key=f"{ID}.typed").value
    assert said == words.t("en", "classify.typed_en")
    app.button_group(key=f"{ID}.data").set_value("zh").run()
    assert app.text_input(key=f"{ID}.typed").value == words.t("en", "classify.typed_zh")
    app.text_input(key=f"{ID}.typed").set_value("mine").run()
    app.button_group(key=f"{ID}.data").set_value("en").run()
    assert app.text_input(key=f"{ID}.typed").value == "mine"


def test_before_the_guess_nothing_is_told() -> None:
    app = opened(lesson(ID).path, "en")
    app.run()
    assert not app.exception
    assert not [button for button in app.button if button.key == f"{ID}.run"]
