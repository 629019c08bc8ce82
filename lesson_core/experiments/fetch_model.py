"""Job `fetch_model`: bring an artefact of the registry here.

- `progress` detail {what: stage of `artefacts.sources.Progress` ("waiting", "download", …, "done"),
  done: bytes, total: bytes, source}.
- `result` detail {artefact, bytes}.

Imports no torch: it runs in the small background process.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

from lesson_core.artefacts.fetch import fetch
from lesson_core.errors import LabError
from lesson_core.schema.events import Event
from lesson_core.schema.specs import FetchModel


class Lab(Protocol):
    """What this job needs of its worker."""

    cancelled: Callable[[], bool]


def run(spec: FetchModel, lab: Lab) -> Iterator[Event]:
    """Fetch and place the artefact; a cancelled download keeps its part for the next time."""
    size = 0
    try:
        for step in fetch(spec.artefact, cancelled=lab.cancelled):
            size = step.total_bytes
            detail = {"what": step.stage, "done": step.done_bytes, "total": step.total_bytes}
            yield Event(stage="progress", detail={**detail, "source": step.source})
    except LabError as problem:
        if problem.code == "fetch_cancelled":
            return
        raise
    yield Event(stage="result", detail={"artefact": spec.artefact, "bytes": size})
