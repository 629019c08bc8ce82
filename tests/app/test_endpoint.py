"""The endpoint page: its form, its refusals, and what a finished run shows."""

from typing import Any

import pytest

from lesson_core.experiments import endpoint as job
from lesson_core.learn import words
from lesson_core.schema.endpoint import Endpoint, Sent
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobStatus
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from pages.ui import runs
from tests.app.stored import answered


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [("url", "no address", "endpoint_url"), ("url", "http://me:pw@host/", "endpoint_url_secret"),
     ("key_env", "PATH", "endpoint_key_name")],
)  # fmt: skip
def test_what_makes_no_sense_gets_a_sentence(lang: str, field: str, typed: str, code: str) -> None:
    app = answered("endpoint", lang)
    other = words.t(lang, "endpoint.whose_other")
    app.button_group(key="endpoint.whose").set_value("other" if lang == "en" else other)
    app.session_state["endpoint.whose"] = "other"
    app.run()
    app.text_input(key="endpoint.url").set_value("http://127.0.0.1:8000")
    app.text_input(key=f"endpoint.{field}").set_value(typed)
    app.button(key="endpoint.run").click().run()
    assert not app.exception
    end = words.keys(lang)[f"errors.{code}"].rsplit("}")[-1][-8:-1]
    assert any(end in box.value.replace("\\", "") for box in app.warning)


def test_a_closed_loop_alone_needs_no_load() -> None:
    app = answered("endpoint", "en")
    labels = [group.label for group in app.button_group]
    assert words.t("en", "endpoint.share") in labels
    app.session_state["endpoint.loop"] = "closed"
    app.run()
    assert words.t("en", "endpoint.share") not in [group.label for group in app.button_group]


def _finished(loop: str) -> list[Event]:
    """A run as the job tells it, worked out by hand: 0.5 s an answer, two connections."""
    spec = Endpoint(recipe=Recipe(model="m"), connections=2, requests=40, loop=loop)  # type: ignore[arg-type]

    def sents(due: list[float], starts: list[float]) -> list[Sent]:
        return [
            Sent(index=i, intended_s=d, started_s=s, end_s=s + 0.5, piece_s=(s + 0.1, s + 0.5),
                 text_bytes=9, said_in=40, said_out=16)
            for i, (d, s) in enumerate(zip(due, starts, strict=True))
        ]  # fmt: skip

    times = [0.25 * i for i in range(40)]
    closed = sents(times, times)
    found = job._closed(spec, closed, spec.load())
    events = [Event(stage="data", detail={"what": "closed", "sent": to_plain(s)}) for s in closed]
    if loop == "open":
        load = spec.load(5.0)
        line = job.expected(load, closed)
        opened_ = sents(line["due_s"], line["start_s"])
        opened_[3] = Sent(index=3, intended_s=opened_[3].intended_s, started_s=9.0, end_s=9.5,
                          failure="cut", detail={"pieces": 1})  # fmt: skip
        found = job._with_open(found, opened_, load, line)
        data: dict[str, Any] = {"what": "expected", "rate": 5.0, "capacity": 4.0, **line}
        events.append(Event(stage="data", detail=data))
        events += [Event(stage="data", detail={"what": "open", "sent": to_plain(s)})
                   for s in opened_]  # fmt: skip
    return [*events, Event(stage="result", detail={**found, "model": "m", "said_in": 40})]


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("loop", ["open", "closed"])
def test_a_finished_run_is_shown_whole(
    lang: str, loop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = Endpoint(recipe=Recipe(model="m"), loop=loop)  # type: ignore[arg-type]
    done = JobStatus(id="j", name="endpoint", spec=spec, state="done", created_at="2026-01-01")
    events = _finished(loop)
    monkeypatch.setattr(runs, "status", lambda name: done)
    monkeypatch.setattr(runs, "events", lambda found: events)
    app = answered("endpoint", lang)
    assert not app.exception
    shown = "\n".join(text.value for text in app.markdown)
    assert words.t(lang, "endpoint.row_ttft") in shown
    assert (words.t(lang, "endpoint.row_ttft_naive") in shown) == (loop == "open")
    cut = words.t(lang, "errors.endpoint_cut", pieces=1)[:6]
    assert any(cut in box.value for box in app.warning) == (loop == "open")
    assert "python -m lesson_core.serve.load" in app.code[0].value
