"""Job `endpoint`: how fast is a server, and what a load generator may leave out.

Unwatched. The lab's own server is started in this process, on a free port of loopback, and asked
over HTTP like any other. Events in order:

- `progress` {what: "load_model" | "hello" | "closed" | "open"}, `code`.
- `data` {what: "hello", model, takes: names of the extra fields that the server takes}.
- `data` {what: "closed", sent: Sent in plain values} per request: `connections` users, each asks
  again once it is answered.
- `data` {what: "expected", rate, capacity, due_s, start_s, ttft_s}: the open loop, its requests
  sent through as many connections, predicted from the closed one by the line they will stand in.
- `data` {what: "open", sent} per request.
- `result` {connections, rate, capacity, closed, open: summaries of serve.load_report, sent: {loop:
  [Sent]}, predicted: {wait_s, ttft_s (means), ratio}, measured: the same, environment}; without an
  open loop `rate`, `open`, `predicted` and `measured` are None.

Raises LabError("endpoint_…") where the server cannot be measured.
"""

import os
from collections.abc import Generator as Generation
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.measure.environment import environment
from lesson_core.schema.endpoint import Endpoint, Load, Sent, Target
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.serve import asking, load_report, start
from lesson_core.serve.http import Listening
from lesson_core.serve.load import Generator
from lesson_core.serve.routes import app
from lesson_core.theory import queueing, stats

CALIBRATING = 5  # requests per connection of the closed loop
WAITING = 1_000  # requests that our own server lets wait: the line is to be seen here, not there


def run(spec: Endpoint, lab: Lab) -> Iterator[Event]:
    """Closed loop, prediction, open loop."""
    yield setting.progress("load_model" if spec.target is None else "hello")
    yield setting.code(Generator._when_due, Generator._one_user, queueing.starts)
    with _server(spec, lab) as target:
        count = max(20, CALIBRATING * spec.connections)
        count = spec.requests if spec.loop == "closed" else min(count, spec.requests)
        closed_load = replace(spec.load(), loop="closed", requests=count)
        generator = Generator(target, closed_load)
        hello = generator.hello()
        yield _data("hello", model=generator.model, takes=list(generator.extras))
        yield setting.progress("closed")
        closed = yield from _sent("closed", generator, lab)
        if lab.cancelled():
            return
        found = _closed(spec, closed, closed_load)
        if spec.loop == "open":
            load = spec.load(found["capacity"] * spec.share)
            line = expected(load, closed)
            yield _data("expected", rate=load.rate, capacity=found["capacity"], **line)
            yield setting.progress("open")
            asked = generator.again(load)
            opened = yield from _sent("open", asked, lab)
            if lab.cancelled():
                return
            found = _with_open(found, opened, load, line)
        yield Event(stage="result", detail={**found, "model": generator.model,
                                            "said_in": hello.said_in})  # fmt: skip


@contextmanager
def _server(spec: Endpoint, lab: Lab) -> Iterator[Target]:
    """The server that was named, or our own for as long as the run lasts."""
    if spec.target is not None:
        if os.environ.get("LAB_ENDPOINTS") == "own":  # a lab for many should not ask for anyone
            raise LabError("endpoint_own_only")
        yield spec.target
        return
    try:
        loaded = lab.model(replace(spec.recipe, compile="fused"))
    except LabError:  # no compiler, no CPU: the plain step serves as well, slower
        loaded = lab.model(spec.recipe)
    service = start.of(spec.recipe.model, loaded.model, loaded.tokenizer,
                       max_seqs=spec.connections, waiting=WAITING)  # fmt: skip
    try:
        with Listening(app(service)) as server:
            yield Target(url=server.url, model=service.name)
    finally:
        service.runner.close()


def _sent(what: str, generator: Generator, lab: Lab) -> Generation[Event, None, list[Sent]]:
    """Tell each request as it ends; returns all, in the order in which they were due."""
    sents: list[Sent] = []
    for sent in generator.run(lab.cancelled):
        sents.append(sent)
        yield _data(what, sent=to_plain(sent))
    return sorted(sents, key=lambda sent: sent.intended_s)


def expected(load: Load, closed: Sequence[Sent]) -> dict[str, list[float]]:
    """The line in front of the connections: each takes as long as one of the closed loop did."""
    good = [sent for sent in closed if not sent.failure]
    draws = [good[at % len(good)] for at in range(load.requests)]
    due_s = asking.arrivals(load)
    service_s = [sent.end_s - sent.started_s for sent in draws]
    start_s = queueing.starts(due_s, service_s, load.connections)
    ttft_s = [sent.piece_s[0] - sent.started_s for sent in draws]
    return {"due_s": due_s, "start_s": start_s, "ttft_s": ttft_s}


def _closed(spec: Endpoint, closed: Sequence[Sent], load: Load) -> dict[str, Any]:
    """What the server manages: by Little's law, users over the mean time that an answer takes."""
    good = [sent.end_s - sent.started_s for sent in closed if not sent.failure]
    if not good:
        worst = next(sent for sent in closed if sent.failure)
        raise LabError(f"endpoint_{worst.failure}", **worst.detail)
    return {
        "connections": spec.connections,
        "capacity": spec.connections * len(good) / sum(good),
        "closed": load_report.summary(closed, load),
        "sent": {"closed": to_plain(closed)},
        "rate": None, "open": None, "predicted": None, "measured": None,
        "environment": to_plain(environment("cpu", "", spec.recipe.threads)),
    }  # fmt: skip


def _with_open(
    found: dict[str, Any], opened: Sequence[Sent], load: Load, line: dict[str, list[float]]
) -> dict[str, Any]:
    good = [sent for sent in opened if not sent.failure]
    waits = [begun - due for begun, due in zip(line["start_s"], line["due_s"], strict=True)]
    measured = None
    if good:
        measured = parts([sent.started_s - sent.intended_s for sent in good],
                         [sent.piece_s[0] - sent.started_s for sent in good])  # fmt: skip
    return found | {
        "rate": load.rate,
        "open": load_report.summary(opened, load),
        "sent": found["sent"] | {"open": to_plain(opened)},
        "predicted": parts(waits, line["ttft_s"]),
        "measured": measured,
    }


def parts(waits_s: Sequence[float], ttft_s: Sequence[float]) -> dict[str, float | None]:
    """Mean wait and mean TTFT from sending; how much larger p95 of their sum is than p95 of the
    second alone (None below the samples that a p95 needs)."""
    both = [wait + ttft for wait, ttft in zip(waits_s, ttft_s, strict=True)]
    enough = len(both) >= stats.NEEDED["p95"]
    return {
        "wait_s": sum(waits_s) / len(waits_s),
        "ttft_s": sum(ttft_s) / len(ttft_s),
        "ratio": stats.p95(both) / stats.p95(ttft_s) if enough else None,
    }


def _data(what: str, **values: Any) -> Event:
    return Event(stage="data", detail={"what": what, **values})
