"""The caching page: a finished run drawn whole, its refusals, and a machine without an encoder."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import ENCODER
from lesson_core.experiments import caching as job
from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.caching import SentencePair
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import FetchModel
from lesson_core.tasks import sentence_encoder
from pages.ui import caching_form, runs
from tests.app.test_pages import opened
from tests.experiments.test_caching import SPEC, Letters, LongLab

PATH = lesson("caching").path


def _opened(lang: str, prepare: Callable[[AppTest], None] = lambda app: None) -> AppTest:
    app = opened(PATH, lang)
    app.session_state["answers"] = True
    prepare(app)
    return app.run()


def _run(tmp_path_factory: pytest.TempPathFactory, encoder: Letters | None) -> list[Event]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sentence_encoder, "if_here", lambda: encoder)
        return list(job.run(SPEC, LongLab(tmp_path_factory.mktemp("caching"))))


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    return _run(tmp_path_factory, Letters())


@pytest.fixture(scope="module")
def blind_events(tmp_path_factory: pytest.TempPathFactory) -> list[Event]:
    return _run(tmp_path_factory, None)


def _finish(monkeypatch: pytest.MonkeyPatch, events: list[Event]) -> None:
    done = JobStatus(id="j", name="caching", spec=SPEC, state="done", created_at="2026-01-01")
    monkeypatch.setattr(runs, "status", lambda name: done if name == "caching" else None)
    monkeypatch.setattr(runs, "events", lambda found: events if found else [])


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_finished_run_shows_every_part(
    lang: str, events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    _finish(monkeypatch, events)
    app = _opened(lang)
    assert not app.exception
    headings = [heading.value for heading in app.header]
    for key in ("gap", "each_cache", "hit_over_room", "threshold", "try_pair"):
        assert words.t(lang, f"lesson.{key}") in headings
    shown = "\n".join(box.value for box in app.markdown)
    for name in ("input", "prefix", "exact", "semantic"):
        assert words.t(lang, f"caching.row_{name}") in shown
    assert "…" not in shown.split(words.t(lang, "caching.table_head"))[0]  # no gap in a number
    assert words.t(lang, "lesson.run_to_fill") not in [text.value for text in app.caption]


def test_the_threshold_moves_both_mistakes(
    events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    _finish(monkeypatch, events)
    app = _opened("en")

    def told(threshold: float) -> str:
        app.select_slider(key="caching.pairs.threshold").set_value(threshold).run()
        assert not app.exception
        return next(b.value for b in app.markdown if b.value.startswith("At this threshold"))

    assert told(0.5) != told(0.99)
    app.select_slider(key="caching.rates.skew").set_value(0.0).run()
    assert not app.exception


def test_without_an_encoder_the_rest_is_whole_and_the_encoder_is_offered(
    blind_events: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = home.is_ready
    monkeypatch.setattr(home, "is_ready", lambda name: name != ENCODER and ready(name))
    _finish(monkeypatch, blind_events)
    app = _opened("zh")
    assert not app.exception
    headings = [heading.value for heading in app.header]
    assert words.t("zh", "lesson.each_cache") in headings
    assert words.t("zh", "lesson.threshold") not in headings
    assert "all-MiniLM-L6-v2" in app.button(key="caching.encoder").label
    assert not [field for field in app.text_input if field.key == "caching.try.first"]


def test_a_downloaded_encoder_does_not_become_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = FetchModel(artefact=ENCODER)
    done = JobStatus(id="j", name="fetch_model", spec=spec, state="done", created_at="2026-01-01")
    monkeypatch.setattr(runs, "status", lambda name: done if name == "fetch_model" else None)
    monkeypatch.setattr(runs, "events", lambda found: [])
    app = _opened("en")
    assert not app.exception
    assert app.session_state["recipe.model"] != ENCODER


@pytest.mark.encoder
@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "code"), [("", "sentence_empty"), ("字" * 1_000_000, "sentence_too_long")]
)
def test_sentences_that_cannot_be_compared_get_a_sentence(lang: str, typed: str, code: str) -> None:
    app = _opened(lang)
    app.text_input(key="caching.try.second").set_value(typed)
    app.button(key="caching.try.run").click().run()
    assert not app.exception
    end = words.keys(lang)[f"errors.{code}"][-6:-1]
    assert any(end in box.value.replace("\\", "") for box in app.warning)


@pytest.mark.encoder
def test_what_the_encoder_read_is_shown_as_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = SentencePair(first="a", second="b")
    done = JobStatus(id="j", name="sentence_pair", spec=spec, state="done", created_at="2026-01-01")
    read = {"tokens": ["[UNK]", "<b>", "**", "$x$"], "cut": 7}
    detail = {"similarity": 1.0000001, "first": read, "second": read, "seconds": 0.01}
    monkeypatch.setattr(runs, "status", lambda name: done if name == "sentence_pair" else None)
    monkeypatch.setattr(
        runs, "events", lambda found: [Event(stage="result", detail=detail)] if found else []
    )
    app = _opened("en")
    assert not app.exception
    shown = [box.value for box in app.markdown]
    assert any("**1.000**" in text for text in shown)
    assert any(r"\[UNK\] · \<b\> · \*\* · \$x\$" in text for text in shown)
    told = [box.value for box in app.caption]
    assert words.t("en", "caching.not_read", unknown=1, n=4) in told
    assert words.t("en", "caching.cut", n=7) in told


def test_the_form_starts_where_the_guess_stands() -> None:
    app = _opened("en")
    assert app.select_slider(key="caching.skew").value == caching_form.FIRST.skew
    assert app.select_slider(key="caching.capacity").value == caching_form.FIRST.capacity
    assert caching_form.FIRST.recipe == Recipe(model="")
