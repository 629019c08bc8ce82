"""The learner's answers on the settings page: read in from a file, or refused with a sentence."""

import json
import uuid

import pytest

from lesson_core.learn import words
from lesson_core.schema.answers import Answer
from lesson_core.schema.plain import to_plain
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui.plain_text import literal
from tests.app.test_pages import opened

PAGE = "pages/start/settings.py"


def read_in(raw: bytes, lang: str = "en"):
    app = opened(PAGE, lang)
    app.file_uploader(key="settings.file").upload("mine.json", raw, "application/json")
    now = words.t(lang, "settings.import_now")
    return next(button for button in app.button if button.label == now).click().run()


def sentence(code: str, lang: str) -> str:
    return literal(words.t(lang, f"errors.{code}"))


def exported(*values: object) -> bytes:
    answers = [
        to_plain(Answer(uuid=str(uuid.uuid4()), learner="me", page="home", kind="answer",
                        key="k", value=value, created_at="2026-11-23T04:00:00+00:00"))
        for value in values
    ]  # fmt: skip
    return json.dumps({"format": "llm-speed-lab", "version": 1, "answers": answers}).encode()


def test_a_file_is_read_in_once() -> None:
    before = len(Store.open().answers.all(learner=LEARNER))
    file = exported(1, "二")
    for new in (2, 0):
        app = read_in(file)
        assert not app.exception
        said = [note.value for note in app.success]
        assert said == [words.t("en", "settings.imported", new=str(new), known=str(2 - new))]
    assert len(Store.open().answers.all(learner=LEARNER)) == before + 2


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_another_file_is_refused_with_a_sentence(lang: str) -> None:
    app = read_in(b'{"cards": []}', lang)
    assert not app.exception
    assert sentence("import_not_ours", lang) in [note.value for note in app.warning]
