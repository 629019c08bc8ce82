"""A lesson with its answers on show, and a finished run for it in the store."""

import uuid
from collections.abc import Iterable

from streamlit.testing.v1 import AppTest

from lesson_core.learn.catalogue import lesson
from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobRecord
from lesson_core.schema.plain import to_plain
from lesson_core.store.database import Store
from tests.app.test_pages import opened


def keep(name: str, spec: object, events: Iterable[Event], state: str = "done") -> str:
    """Save what a worker would have told; returns the job's id."""
    record = JobRecord(
        id=uuid.uuid4().hex, name=name, session="s", spec=to_plain(spec), state=state,
        created_at="2026-11-23T08:00:00+00:00", owner="elsewhere:1:0.0",
    )  # fmt: skip
    Store.open().jobs.save(record, list(events))
    return record.id


def answered(lesson_id: str, lang: str = "en", **params: str) -> AppTest:
    """The page of a lesson, answers first; `params` as in its link."""
    app = opened(lesson(lesson_id).path, lang)
    app.session_state["answers"] = True
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app
