"""The speculative page: its controls, its refusals, and how events become coloured tokens."""

import pytest

from lesson_core.learn import words
from lesson_core.learn.catalogue import lesson
from lesson_core.schema.events import Event
from pages.ui.draft_tokens import Shown, rounds
from tests.app.test_pages import opened

PATH = lesson("speculative").path


def _opened(lang: str):
    app = opened(PATH, lang)
    app.session_state["answers"] = True
    return app.run()


def test_every_drafter_has_its_own_control() -> None:
    app = _opened("en")  # AppTest finds a segment by its English words only
    for name, label in (("skip", "speculative.skip"), ("model", "speculative.model")):
        app.button_group(key="speculative.drafter").set_value(name).run()
        assert not app.exception
        widgets = [*app.number_input, *app.selectbox]
        assert words.t("en", label) in [widget.label for widget in widgets]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_an_empty_prompt_gets_a_sentence(lang: str) -> None:
    app = _opened(lang)
    app.text_area(key="speculative.prompt.True").set_value("   ")
    app.button(key="speculative.run").click().run()
    assert not app.exception
    start = words.t(lang, "errors.prompt_empty")[:5]
    assert any(start in box.value for box in app.warning)


def test_events_become_rounds() -> None:
    def token(text: str, draft: bool, **more: bool) -> Event:
        return Event(stage="sample", detail={"token": text, "draft": draft, **more})

    events = [
        Event(stage="prefill", detail={"proposed": [], "accepted": 0}),
        token("The", False),
        Event(stage="decode", detail={"proposed": ["a", "b", "c"], "accepted": 1}),
        token("a", True),
        token("x", False),
        Event(stage="decode", detail={"proposed": ["d"], "accepted": 1}),
        token("d", True),
        token("<|im_end|>", False, control=True),
    ]
    assert rounds(events) == [
        Shown(kept=[], own="The", lost=[]),
        Shown(kept=["a"], own="x", lost=["b", "c"]),
        Shown(kept=["d"], own="", lost=[]),
    ]
