"""Job `measuring`: one prompt, timed the right way and six wrong ways.

Events in order: `progress`, `code`, `data` {what: "expected", ttft_s, tpot_s, off: {way: share}}
for the ways that theory can tell; `data` {what: "run", n, ttft_s, tpot_s, e2e_s} after each answer;
`result` {tokens_in, tokens_out, runs: [plain Latency], cold: plain Latency, ways: [{way, quantity,
right, wrong, off}], expected, steps: [{measured_s, parts_s}] of one decode step per run,
asynchronous (whether this device runs behind the program), environment}.

The cold answer comes from a fresh copy of the weights: memory that nobody has touched and kernels
that have not been chosen yet. Raises LabError("needs_two_tokens").
"""

import copy
from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.answering import answer
from lesson_core.experiments.expectation import Ready
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, generate, prefill
from lesson_core.schema.events import Event
from lesson_core.schema.measuring import Measuring
from lesson_core.schema.plain import to_plain
from lesson_core.theory import metrics, wrong_ways
from lesson_core.theory.metrics import Latency


def run(spec: Measuring, lab: Lab) -> Iterator[Event]:
    """A cold answer, then warm ones, then the six ways of reading the same clock wrongly."""
    functions = (prefill, decode_one_token, generate, wrong_ways.compare)
    ready = yield from expectation.begin(spec, lab, *functions)
    plan, tokens = ready.plan, spec.new_tokens
    ttft_s, tpot = plan.ttft().total_s, plan.tpot(tokens)
    off = wrong_ways.expected_off(ttft_s, tpot.total_s, tokens)
    expected = {"ttft_s": ttft_s, "tpot_s": tpot.total_s, "off": off}
    yield Event(stage="data", detail={"what": "expected", **expected})
    model = copy.deepcopy(ready.loaded.model)
    fresh = cast(Loaded, SimpleNamespace(**{**vars(ready.loaded), "model": model}))
    cold = _timed(spec, lab.clock, fresh, ready)
    del fresh, model
    if cold.tokens < 2:
        raise LabError("needs_two_tokens")
    runs: list[Latency] = []
    unsynced: list[float] = []
    for turn in range(spec.repeats + 1):  # the first one only warms up
        if lab.cancelled():
            return
        yield setting.progress("repeat", turn, spec.repeats + 1)
        seen = _timed(spec, lab.clock, ready.loaded, ready)
        if turn == 0:
            continue
        unsynced.append(_timed(spec, clock.now, ready.loaded, ready).tpot_s or 0.0)
        runs.append(seen)
        times = {"ttft_s": seen.ttft_s, "tpot_s": seen.tpot_s, "e2e_s": seen.e2e_s}
        yield Event(stage="data", detail={"what": "run", "n": len(runs), **times})
    ways = wrong_ways.compare(cold, sorted(unsynced)[len(unsynced) // 2], runs)
    parts = plan.tpot(runs[0].tokens).parts_s
    detail = {
        "tokens_in": len(ready.ids), "tokens_out": runs[0].tokens,
        "runs": [to_plain(seen) for seen in runs], "cold": to_plain(cold),
        "ways": [{**vars(way), "off": way.off} for way in ways], "expected": expected,
        "steps": [{"measured_s": seen.tpot_s, "parts_s": parts} for seen in runs],
        "asynchronous": not ready.loaded.device.startswith("cpu"),
        "environment": to_plain(ready.loaded.environment),
    }  # fmt: skip
    yield Event(stage="result", detail=detail)


def _timed(spec: Measuring, read: clock.Clock, loaded: Loaded, ready: Ready) -> Latency:
    """One whole answer, unwatched, by the clock `read`."""
    return metrics.latency(list(answer(loaded, spec.recipe, ready.ids, spec.new_tokens, read)))
