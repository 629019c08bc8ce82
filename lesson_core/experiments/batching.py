"""Job `batching`: the same waiting requests under a static and a continuous scheduler.

Unwatched; nothing else runs on the machine. Events in order:

- `progress` {what: "load_model" | "time_steps" | "batching", done, total}, `code`.
- `data` {what: "predicted", kind, tok_s, rows} per scheduler, from the simulator and timed steps.
- `data` {what: "run", kind, turn, tok_s (None while it runs), rows} again and again.
- `result` {requests, slots, prompt_tokens, answer_tokens, tok_s: {kind: [per turn]}, ratios,
  idle: {kind: share}, reading (share of the continuous run), same (answers that are equal), rows:
  {kind: [of the last turn]}, predicted: {kind: tok_s}, predicted_ratio, prices, environment}.

A row is one of `serve.timeline`, in plain types.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lesson_core.experiments import setting
from lesson_core.experiments.serving_setting import LONGEST, Setting, lengths, prepare, roomy
from lesson_core.experiments.setting import Lab
from lesson_core.schema.batching import Batching as Spec
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.serving import Batching, Policy, StepRecord
from lesson_core.serve.engine import Engine
from lesson_core.serve.scheduler import Scheduler
from lesson_core.serve.simulator import priced, simulate
from lesson_core.serve.timeline import idle_share, reading_share, timeline
from lesson_core.theory import stats

KINDS: tuple[Batching, ...] = ("static", "continuous")
TURNS = 3
SHOWN_EVERY_S = 0.7


@dataclass
class Run:
    """One scheduler's turn; `answers` are token ids by request."""

    steps: list[StepRecord]
    answers: dict[int, list[int]] = field(default_factory=dict)

    @property
    def tok_s(self) -> float:
        """Tokens of all answers over the time from the first step to the last."""
        tokens = sum(map(len, self.answers.values()))
        return tokens / (self.steps[-1].end_s - self.steps[0].start_s)


def run(spec: Spec, lab: Lab) -> Iterator[Event]:
    """Time the step, predict both runs, then let them take turns on the engine."""
    yield setting.progress("load_model")
    loaded = lab.model(replace(spec.recipe, compile="fused"))
    yield setting.code(Engine.step, Scheduler.schedule)
    yield setting.progress("time_steps")
    longest = min(LONGEST, loaded.config.max_seq_len)
    asked = lengths(spec.source, spec.requests, longest, spec.seed)
    policies = {kind: roomy(asked, spec.slots, kind) for kind in KINDS}
    ready = prepare(loaded, asked, policies["continuous"])
    predicted: dict[str, float] = {}
    for kind in KINDS:
        predicted[kind], event = _predicted(ready, policies[kind])
        yield event
    taken: dict[str, list[Run]] = {kind: [] for kind in KINDS}
    for turn in range(TURNS):
        for kind in KINDS if turn % 2 == 0 else reversed(KINDS):
            yield setting.progress("batching", sum(map(len, taken.values())), 2 * TURNS)
            made = Run([])
            for event in served(ready, policies[kind], lab, made, turn=turn):
                yield event
            if lab.cancelled():
                return
            taken[kind].append(made)
    yield Event(stage="result", detail=_summary(spec, ready, taken, predicted))


def served(ready: Setting, policy: Policy, lab: Lab, made: Run, *, turn: int) -> Iterator[Event]:
    """One run on the engine, drawn while it goes on; fills `made`."""
    engine = Engine(ready.model, policy, clock=lab.clock)
    for request in ready.requests:
        engine.add(request)
    shown = 0.0
    made.answers = {request.id: [] for request in ready.requests}
    while engine.busy and not lab.cancelled():
        for output in engine.step():
            made.answers[output.id].append(output.token_id)
        made.steps = engine.steps
        if engine.now() - shown > SHOWN_EVERY_S:
            shown = engine.now()
            yield _run(ready, made, policy, turn, None)
    if not lab.cancelled():
        yield _run(ready, made, policy, turn, made.tok_s)


def _run(ready: Setting, made: Run, policy: Policy, turn: int, tok_s: float | None) -> Event:
    rows = _rows(ready, made.steps)
    return _data("run", kind=policy.batching, turn=turn, tok_s=tok_s, rows=rows)


def _predicted(ready: Setting, policy: Policy) -> tuple[float, Event]:
    steps = simulate(ready.requests, policy, priced(ready.prices))[1]
    tokens = sum(request.new_tokens for request in ready.requests)
    tok_s = tokens / (steps[-1].end_s - steps[0].start_s)
    return tok_s, _data("predicted", kind=policy.batching, tok_s=tok_s, rows=_rows(ready, steps))


def _summary(
    spec: Spec, ready: Setting, taken: dict[str, list[Run]], predicted: dict[str, float]
) -> dict[str, Any]:
    tok_s = {kind: [made.tok_s for made in runs] for kind, runs in taken.items()}
    pairs = zip(*(tok_s[kind] for kind in KINDS), strict=True)
    last = {kind: runs[-1] for kind, runs in taken.items()}
    answers = [last[kind].answers for kind in KINDS]
    return {
        "requests": spec.requests, "slots": spec.slots,
        "prompt_tokens": sum(len(request.prompt) for request in ready.requests),
        "answer_tokens": sum(request.new_tokens for request in ready.requests),
        "tok_s": tok_s, "ratios": [continuous / static for static, continuous in pairs],
        "idle": {
            kind: stats.median([idle_share(made.steps, spec.slots) for made in runs])
            for kind, runs in taken.items()
        },
        "reading": reading_share(last["continuous"].steps),
        "same": sum(answers[0][request.id] == answers[1][request.id] for request in ready.requests),
        "rows": {kind: _rows(ready, last[kind].steps) for kind in KINDS},
        "predicted": predicted,
        "predicted_ratio": predicted["continuous"] / predicted["static"],
        "prices": to_plain(ready.prices), "environment": to_plain(ready.environment),
    }  # fmt: skip


def _rows(ready: Setting, steps: list[StepRecord]) -> list[dict[str, Any]]:
    return [asdict(row) for row in timeline(ready.requests, steps)]


def _data(what: str, **values: Any) -> Event:
    return Event(stage="data", detail={"what": what, **values})
