"""The code editor without a browser: the plain field, drafts, and what the component may say."""

import json
import re
import uuid
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.learn import words
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui import editor_draft, editor_mirror
from pages.ui.component_loader import FOLDER
from tests.browser.harness.editor import LABEL, SHOWN, STARTER

ROOT = Path(__file__).parents[2]
BUNDLE = FOLDER / "editor" / "codemirror.min.js"


@pytest.fixture
def name() -> str:
    """An editor that nobody has written in yet."""
    return f"problem-{uuid.uuid4().hex}"


def opened(name: str, lang: str = "en", plain: bool = True) -> AppTest:
    app = AppTest.from_file(str(ROOT / "tests/browser/harness/editor.py"), default_timeout=30)
    app.query_params["lang"], app.query_params["name"] = lang, name
    app.session_state["editor.plain"] = plain
    app.run()
    assert not app.exception
    return app


def said(app: AppTest) -> dict[str, object]:
    return json.loads(app.code[0].value)


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_plain_field_starts_with_the_starter(name: str, lang: str) -> None:
    app = opened(name, lang)
    assert app.text_area[0].label == LABEL[lang]
    assert app.text_area[0].value == STARTER
    assert app.toggle[1].label == words.t(lang, "editor.plain")
    assert said(app) == {"text": STARTER, "runs": [], "pressed": 0, "reruns": 1}


def test_a_draft_is_there_in_another_session(name: str) -> None:
    app = opened(name)
    app.text_area[0].set_value("mine = 1").run()
    assert said(app)["text"] == "mine = 1"
    assert said(opened(name))["text"] == "mine = 1"
    assert said(opened(name, plain=False))["text"] == "mine = 1"
    assert Store.open().settings.all(learner=LEARNER)[f"draft.{name}"] == "mine = 1"


def test_a_run_has_the_text_of_now(name: str) -> None:
    app = opened(name)
    app.text_area[0].set_value("mine = 1")
    press(app, "Run")
    assert said(app)["runs"] == ["mine = 1"]


def test_another_text_and_back_to_the_starter(name: str) -> None:
    app = opened(name)
    app.text_area[0].set_value("mine = 1").run()
    press(app, "Show solution")
    assert app.text_area[0].value == said(app)["text"] == SHOWN
    app.text_area[0].set_value("changed = 2").run()
    press(app, "Start again")
    assert app.text_area[0].value == said(app)["text"] == STARTER
    assert said(opened(name))["text"] == STARTER


def test_the_choice_is_kept_for_every_editor(name: str) -> None:
    app = opened(name, plain=False)
    assert not app.text_area
    app.toggle(key=f"{name}.plain").set_value(True).run()
    assert app.text_area[0].value == STARTER
    assert Store.open().settings.get("editor.plain") is True
    app.toggle(key=f"{name}.plain").set_value(False).run()
    assert not app.text_area
    assert Store.open().settings.get("editor.plain") is False


def test_both_ways_show_the_same_text(name: str) -> None:
    app = opened(name)
    app.text_area[0].set_value("one = 1").run()
    for plain in (False, True):
        app.toggle(key=f"{name}.plain").set_value(plain).run()
        assert said(app)["text"] == "one = 1"
    assert app.text_area[0].value == "one = 1"


def test_where_the_component_failed_a_sentence_says_so(name: str) -> None:
    app = opened(name, plain=False)
    app.session_state[editor_mirror.FAILED] = True
    app.run()
    assert app.text_area[0].value == STARTER
    assert words.t("en", "editor.failed") in [caption.value for caption in app.caption]


def test_what_was_typed_into_a_replaced_text_is_dropped() -> None:
    def script() -> None:
        from pages.ui import editor_draft as draft

        draft.of("late", "start")
        draft.keep("late", "typed", 0)
        draft.put("late", "solution")
        draft.keep("late", "typed more", 0)

    app = AppTest.from_function(script, default_timeout=30).run()
    assert not app.exception
    kept = app.session_state["draft.late"]
    assert (kept.text, kept.version, kept.sent) == ("solution", 1, "solution")
    assert kept == editor_draft.Draft("solution", 1, "solution")


@pytest.mark.parametrize("message", [
    None, "text", 3, {}, {"text": "x"}, {"version": 0}, {"text": 3, "version": 0},
    {"text": "x", "version": "0"}, {"text": "x" * (editor_mirror.LONGEST + 1), "version": 0},
])  # fmt: skip
def test_a_message_that_is_none_changes_nothing(message: object) -> None:
    assert editor_mirror._said(message) is None
    assert editor_mirror._said({"text": "x", "version": 0}) == {"text": "x", "version": 0}


def test_the_bundle_holds_what_the_editor_takes() -> None:
    source = (BUNDLE.parent / "src" / "codemirror.js").read_text(encoding="utf-8")
    exported = {name.strip() for names in re.findall(r"export \{(.*?)\}", source, re.DOTALL)
                for name in names.split(",") if name.strip()}  # fmt: skip
    taken = (FOLDER / "editor.js").read_text(encoding="utf-8")
    used = set(re.findall(r"CodeMirror\.(\w+)", taken))
    used |= {name.strip() for names in re.findall(r"const \{(.*?)\} = CodeMirror;", taken)
             for name in names.split(",")}  # fmt: skip
    bundle = BUNDLE.read_text(encoding="utf-8")
    assert used == exported
    assert {name for name in exported if f"{name}:()=>" not in bundle} == set()


def test_the_bundle_is_small_and_says_whose_it_is() -> None:
    assert BUNDLE.stat().st_size < 400_000
    package = json.loads((BUNDLE.parent / "src" / "package.json").read_text(encoding="utf-8"))
    pinned = package["dependencies"] | package["overrides"]
    licences = (BUNDLE.parent / "LICENSES.txt").read_text(encoding="utf-8")
    inside = dict(re.findall(r"^(\S+) (\d\S+) \(MIT\)$", licences, re.MULTILINE))
    assert package["dependencies"].items() <= inside.items()
    assert inside.items() <= pinned.items()
    assert licences.count("Permission is hereby granted") == len(inside)


def test_the_bundle_calls_nobody_and_builds_no_code() -> None:
    bundle = BUNDLE.read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"'` ]*", bundle)) <= {"http://www.w3.org/2000/svg"}
    forbidden = r"\b(fetch|XMLHttpRequest|WebSocket|eval|importScripts)\(|new Function|\.innerHTML"
    assert re.findall(forbidden, bundle) == []
