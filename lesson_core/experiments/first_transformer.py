"""Jobs `broken_transformer` (evidence of each mistake) and `train_transformer` (one that learns).

`broken_transformer`: `code`, `data` {what: "raw_ids", said}, {what: "one_output", …as
`NothingToLearn`}, {what: "order", without, with}, {what: "leak", without, with}, then `result` with
all four under these names. `without` and `with` are the largest change of an output.

`train_transformer`: `code`, `data` {what: "untrained", …as `Untrained`}, {what: "step", step,
seconds, loss, right, tested, samples}, `result` {parameters, steps, seconds, curve: [[step, loss,
right / tested]], samples, right, tested, task, learnt, untrained}.
"""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.schema.events import Event
from lesson_core.schema.first_transformer import BrokenTransformer, TrainTransformer
from lesson_core.tasks import broken_transformer as broken
from lesson_core.tasks import first_transformer as first
from lesson_core.tasks.untrained import untrained


def run(spec: BrokenTransformer, lab: Lab) -> Iterator[Event]:
    """Four mistakes, four measurements."""
    yield setting.code(
        broken.FirstAttempt.__init__,
        broken.FirstAttempt.forward,
        broken.nothing_to_learn,
        broken.order_blind,
        broken.looks_ahead,
    )
    size = (spec.vocab_size, spec.length, spec.seed)
    found: dict[str, dict[str, Any]] = {}
    for name, measure in (
        ("raw_ids", lambda: {"said": broken.raw_ids(*size)}),
        ("one_output", lambda: asdict(broken.nothing_to_learn(*size))),
        ("order", lambda: broken.order_blind(*size)),
        ("leak", lambda: broken.looks_ahead(*size)),
    ):
        if lab.cancelled():
            return
        found[name] = measure()
        yield Event(stage="data", detail={"what": name, **found[name]})
    yield Event(stage="result", detail=found)


def train(spec: TrainTransformer, lab: Lab) -> Iterator[Event]:
    """Loss, share of right answers and four samples, every few steps."""
    yield setting.code(
        first.learn, first.loss_of, first.batch, first.test, first.build, first.attend, untrained
    )
    knows_nothing = asdict(untrained(spec))
    yield Event(stage="data", detail={"what": "untrained", **knows_nothing})
    curve: list[list[float]] = []
    told = None
    for told in first.train(spec, lab.clock, lab.cancelled):
        curve.append([told.step, told.loss, told.right / told.tested])
        yield Event(stage="data", detail={"what": "step", **asdict(told)})
    if told is None or lab.cancelled():
        return
    parameters = sum(p.numel() for p in first.build(spec).parameters())
    yield Event(stage="result", detail={
        "task": spec.task, "parameters": parameters, "steps": told.step, "seconds": told.seconds,
        "curve": curve, "samples": told.samples, "right": told.right, "tested": told.tested,
        "learnt": told.right == told.tested,
        "untrained": knows_nothing,
    })  # fmt: skip
