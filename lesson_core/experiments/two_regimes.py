"""Job `two_regimes`: the model's own products on the roofline, and the step time over the batch.

Unwatched; nothing else runs on the machine. Events in order:

- `progress` {what: "load_model" | "measure_bound" | "operators" | "batches", done, total}, `code`.
- `data` {what: "rates", bandwidth, flops, working_set, card, precision}.
- `data` {what: "predicted", batches, steps_s, doubles}: the step over the batch, before it is run.
- `data` {what: "operator", phase, name, intensity (FLOP/byte of weights and KV), flops_per_s,
  median_s, n} per product and phase; prefill is `batch` prompts, decode one token of each.
- `data` {what: "step", batch, median_s, iqr_s, noisy, n} as each batch is finished.
- `result` {prompt_len, batch, operators: [as above], steps: [as above], doubles: [per repeat, None
  where it never did], predicted: {batches, steps_s, doubles}, first: [{measured_s, parts_s}] of
  the smallest batch, n_batches_run, refused (the first batch that memory had no room for, or None),
  environment}.

Raises LabError("context_too_long") if the prompt does not fit into the model's context.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import psutil
import torch

from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token
from lesson_core.measure import operators_timed
from lesson_core.measure.timing import once, repeat_for
from lesson_core.model.cache import KVCache
from lesson_core.model.device import DTYPES
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.two_regimes import TwoRegimes
from lesson_core.theory import batches, costs, operators, roofline, stats

SECONDS = 0.4  # per product and phase
NOISY = 0.1  # IQR over median


def run(spec: TwoRegimes, lab: Lab) -> Iterator[Event]:
    """Predict, then the products of both phases, then the step over the batch."""
    yield setting.progress("load_model")
    loaded = lab.model(spec.recipe)
    if spec.prompt_len + 1 > loaded.config.max_seq_len:
        raise LabError(
            "context_too_long", tokens=spec.prompt_len, limit=loaded.config.max_seq_len - 1
        )
    yield setting.code(decode_one_token, flat.step)
    card = expectation.known_card(spec.card, loaded)
    if card is None:
        yield setting.progress("measure_bound")
        card = expectation.take_card(loaded, spec.prompt_len, lab.clock)
    working_set = roofline.working_set(loaded.config, spec.prompt_len, scheme=loaded.scheme)
    rates = roofline.rates_of(card, loaded.dtype_name, working_set)
    yield _data("rates", bandwidth=rates.bandwidth, flops=rates.flops, card=to_plain(card),
                working_set=working_set, precision=loaded.dtype_name)  # fmt: skip
    room = batches_that_fit(loaded, spec)
    times = [_predicted(loaded, spec.prompt_len, batch, rates) for batch in room]
    steps_s = [time.total_s for time in times]
    doubles = batches.doubling(room, steps_s)
    expected = {"batches": room, "steps_s": steps_s, "doubles": doubles}
    yield _data("predicted", **expected)
    points: list[dict[str, Any]] = []
    for point in _operators(spec, lab, loaded):
        if lab.cancelled():
            return
        points.append(point)
        yield _data("operator", **point)
    samples: dict[int, list[float]] = {batch: [] for batch in room}
    for done, event in enumerate(_steps(spec, lab, loaded, samples)):
        if lab.cancelled():
            return
        yield setting.progress("batches", done, spec.repeats + 1)
        yield from event
    steps = [_summary(batch, taken) for batch, taken in samples.items()]
    curves = zip(*samples.values(), strict=True)
    first = [{"measured_s": s, "parts_s": times[0].parts_s} for s in samples[room[0]]]
    yield Event(
        stage="result",
        detail={
            "prompt_len": spec.prompt_len, "batch": spec.batch, "operators": points,
            "steps": steps, "doubles": [batches.doubling(room, curve) for curve in curves],
            "predicted": expected, "first": first,
            "refused": None if room[-1] >= spec.max_batch else room[-1] * 2,
            "environment": to_plain(loaded.environment),
        },
    )  # fmt: skip


def batches_that_fit(loaded: Loaded, spec: TwoRegimes) -> list[int]:
    """1, 2, 4, … as far as asked and as the KV caches fit into half of the free memory."""
    per_sequence = (spec.prompt_len + 1) * costs.kv_token_bytes(loaded.config, loaded.scheme)
    free = psutil.virtual_memory().available
    if loaded.device.startswith("cuda"):
        free = torch.cuda.mem_get_info()[0]
    powers = [2**i for i in range(12) if 2**i <= spec.max_batch]
    return [batch for batch in powers if batch * per_sequence < free / 2] or [1]


def _predicted(loaded: Loaded, context: int, batch: int, rates: roofline.Rates) -> Any:
    step = operators.step(loaded.config, 1, context + 1, scheme=loaded.scheme, batch=batch)
    return roofline.time_of(step.operators(), rates)


def _operators(spec: TwoRegimes, lab: Lab, loaded: Loaded) -> Iterator[dict[str, Any]]:
    """Every product in both phases: how much arithmetic per byte, and how fast it went."""
    layers, size = loaded.config.n_layers, _size(loaded)
    for phase, tokens in (("prefill", spec.prompt_len), ("decode", 1)):
        step = operators.step(
            loaded.config, tokens, spec.prompt_len, number_bytes=size, batch=spec.batch
        )
        priced = {op.name: op for op in (*step.layer, *step.head)}
        runs = operators_timed.products(loaded.model, spec.batch * tokens, tokens, spec.prompt_len)
        for name, work in runs:
            with torch.inference_mode():
                samples = repeat_for(work, lab.clock, SECONDS, at_least=5, at_most=40)
            cost, count = priced[name], 1 if name == "head" else layers
            yield {
                "phase": phase, "name": name, "median_s": stats.median(samples) / count,
                "intensity": cost.flops / (cost.weight_bytes + cost.kv_bytes),
                "flops_per_s": cost.flops * count / stats.median(samples), "n": len(samples),
            }  # fmt: skip


@dataclass
class _Side:
    """One batch with a cache that already holds `context` positions."""

    token_ids: torch.Tensor
    cache: KVCache
    context: int

    def step(self, loaded: Loaded) -> None:
        """One decode step; the position it wrote is forgotten again."""
        decode_one_token(loaded.model, self.token_ids, self.cache)
        self.cache.trim(1)


def _steps(
    spec: TwoRegimes, lab: Lab, loaded: Loaded, samples: dict[int, list[float]]
) -> Iterator[list[Event]]:
    """All batches in turn, again and again; the first turn only warms up."""
    sides = {batch: _side(loaded, spec.prompt_len, batch) for batch in samples}
    for turn in range(spec.repeats + 1):
        told = []
        for batch, side in sides.items():
            seconds = once(lambda side=side: side.step(loaded), lab.clock)  # type: ignore[misc]
            if turn > 0:
                samples[batch].append(seconds)
                told.append(_data("step", **_summary(batch, samples[batch])))
        yield told


def _side(loaded: Loaded, context: int, batch: int) -> _Side:
    dtype = DTYPES[loaded.dtype_name]
    cache = KVCache(loaded.config, batch, context + 1, dtype, loaded.device)
    cache.room.normal_()  # what the keys are does not change how long reading them takes
    cache.length = context
    token_ids = torch.full((batch, 1), 5, device=loaded.device)
    return _Side(token_ids, cache, context)


def _summary(batch: int, samples: list[float]) -> dict[str, Any]:
    middle, spread = stats.median(samples), stats.iqr(samples)
    low, high = stats.bootstrap_interval(samples)
    return {
        "batch": batch, "median_s": middle, "iqr_s": spread, "low_s": low, "high_s": high,
        "noisy": spread > NOISY * middle, "n": len(samples),
    }  # fmt: skip


def _size(loaded: Loaded) -> int:
    return costs.BYTES[loaded.dtype_name]


def _data(what: str, **detail: Any) -> Event:
    return Event(stage="data", detail={"what": what, **detail})
