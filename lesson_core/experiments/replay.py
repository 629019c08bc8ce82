"""Job `replay`: a simulated workload again, on the real engine, with its real waiting.

Unwatched; nothing else runs on the machine. Events in order:

- `progress` {what: "load_model" | "time_steps" | "replay", done, total}, `code`.
- `result` {predicted: [served], served: [served], rows, environment}: `schema.serving.Served` in
  plain types, in the order of the requests; the steps are timed anew before.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace

from lesson_core.experiments import setting
from lesson_core.experiments.serving_setting import prepare
from lesson_core.experiments.setting import Lab
from lesson_core.schema.batching import Replay
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.serving import Served
from lesson_core.serve import engine
from lesson_core.serve.scheduler import Scheduler
from lesson_core.serve.simulator import priced, simulate
from lesson_core.serve.timeline import timeline
from lesson_core.serve.workload import Arrival


def run(spec: Replay, lab: Lab) -> Iterator[Event]:
    """Predict with freshly timed steps, then let the requests come in real time."""
    yield setting.progress("load_model")
    loaded = lab.model(replace(spec.recipe, compile="fused"))
    yield setting.code(engine.Engine.step, Scheduler.schedule)
    yield setting.progress("time_steps")
    asked = zip(spec.arrivals_s, spec.prompts, spec.answers, strict=True)
    ready = prepare(loaded, [Arrival(*one) for one in asked], spec.policy)
    predicted, _ = simulate(ready.requests, spec.policy, priced(ready.prices))
    yield setting.progress("replay", 0, len(ready.requests))
    server = engine.Engine(ready.model, spec.policy, clock=lab.clock)
    engine.run(server, ready.requests, lab.cancelled)
    if lab.cancelled():
        return
    served, steps = server.log
    rows = [asdict(row) for row in timeline(ready.requests, steps)]
    yield Event(
        stage="result",
        detail={
            "predicted": _in_order(predicted), "served": _in_order(served), "rows": rows,
            "environment": to_plain(loaded.environment),
        },
    )  # fmt: skip


def _in_order(served: list[Served]) -> list[object]:
    return [to_plain(one) for one in sorted(served, key=lambda one: one.id)]
