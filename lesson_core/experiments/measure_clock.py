"""Job `measure_clock`: the prompt of the token clock, unwatched, warmed up and repeated.

- `progress` detail {what: "load_model" | "measure_bound" | "warm_up" | "repeat", done, total}.
- `code` as in token_clock.
- `result` detail {result: plain `schema.results.Result` (samples_s: ttft, tpot, e2e one per
  repeat, itl all gaps pooled; prediction: ttft, tpot, e2e), summary: {ttft, tpot, e2e, itl:
  {median, iqr, interval: [low, high] (bootstrap, 95 %), n, p95 (None below 40 samples)}}, model,
  chat, tokens_in, tokens_out (each repeat), finish, bound_s, reached (bound_s / median TPOT),
  card (plain), weight_bytes, kv_bytes}.

Greedy and stopped at the same place, so every repeat does the same work. Raises
LabError("needs_two_tokens") when the answer is a single token: there is no TPOT to measure.
"""

from collections.abc import Iterator
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.expectation import Ready
from lesson_core.experiments.setting import Lab
from lesson_core.generate.decode import decode_one_token, generate, prefill
from lesson_core.generate.sample import Sampler
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Case, Workload
from lesson_core.schema.results import Result
from lesson_core.schema.specs import MeasureClock, Sampling
from lesson_core.theory import costs, metrics, roofline, stats

QUANTITIES = ("ttft", "tpot", "e2e", "itl")


def run(spec: MeasureClock, lab: Lab) -> Iterator[Event]:
    """Warm up once, then repeat; nothing is sent while an answer is timed."""
    functions = (prefill, decode_one_token, generate, Sampler.__call__)
    ready = yield from expectation.begin(spec, lab, *functions)
    yield setting.progress("warm_up")
    if metrics.latency(_timed(spec, lab, ready)).tokens < 2:
        raise LabError("needs_two_tokens")
    events: list[Event] = []
    runs: list[metrics.Latency] = []
    for done in range(spec.repeats):
        if lab.cancelled():
            return
        yield setting.progress("repeat", done, spec.repeats)
        events = _timed(spec, lab, ready)
        runs.append(metrics.latency(events))
    yield Event(stage="result", detail=_summary(spec, ready, runs, events))


def _timed(spec: MeasureClock, lab: Lab, ready: Ready) -> list[Event]:
    """One whole answer, tokenizing included, into a list: nobody watches."""
    loaded = ready.loaded
    zero = lab.clock()
    ids, _ = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
    events = generate(
        loaded.model,
        loaded.tokenizer,
        ids,
        new_tokens=spec.new_tokens,
        sampler=Sampler(Sampling()),
        cache=setting.cache_for(
            loaded, spec.recipe.cache, len(ids) + spec.new_tokens, spec.recipe.kv_precision
        ),
        clock=lab.clock,
        start_s=zero,
    )
    return list(events)


def _summary(
    spec: MeasureClock, ready: Ready, runs: list[metrics.Latency], events: list[Event]
) -> dict[str, Any]:
    loaded, made = ready.loaded, ready.plan
    tokens = runs[0].tokens
    samples = {
        "ttft": tuple(run.ttft_s for run in runs),
        "tpot": tuple(run.tpot_s for run in runs if run.tpot_s is not None),
        "e2e": tuple(run.e2e_s for run in runs),
        "itl": tuple(gap for run in runs for gap in run.itl_s),
    }
    workload = Workload(prompt_len=len(ready.ids), new_tokens=tokens)
    result = Result(
        case=Case(recipe=spec.recipe, workload=workload, repeats=spec.repeats),
        environment=loaded.environment,
        samples_s=samples,
        prediction={"ttft": made.ttft(), "tpot": made.tpot(tokens), "e2e": made.e2e(tokens)},
    )
    bound_s = roofline.bound_s(made.tpot(tokens))
    control = [event for event in events if event.stage == "sample"][-1].detail.get("control")
    return {
        "result": to_plain(result),
        "summary": {name: _spread(samples[name]) for name in QUANTITIES},
        "model": spec.recipe.model,
        "chat": ready.chat,
        "tokens_in": len(ready.ids),
        "tokens_out": tokens,
        "finish": "eos" if control else "length",
        "bound_s": bound_s,
        "reached": bound_s / stats.median(samples["tpot"]),
        "card": to_plain(made.card),
        "weight_bytes": costs.stored_bytes(loaded.config, loaded.scheme),
        "kv_bytes": made.kept(tokens) * costs.kv_token_bytes(loaded.config, loaded.scheme),
    }


def _spread(samples: tuple[float, ...]) -> dict[str, Any]:
    """Centre and spread; a tail only where there are enough samples for one."""
    return {
        "median": stats.median(samples),
        "iqr": stats.iqr(samples),
        "interval": list(stats.bootstrap_interval(samples)),
        "n": len(samples),
        "p95": stats.p95(samples) if len(samples) >= stats.NEEDED["p95"] else None,
    }
