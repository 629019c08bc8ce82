"""Job `pipeline_trace`: one prompt through every stage, with a clock read around each.

Times are seconds since the request arrived; the events of one step come after the step, so that
sending them costs the step nothing. In order:

- `progress`, `code`, `data` {what: "prediction", …} as in token_clock, plus there `operators`:
  {prefill: [row], decode: [row]} with row = {part: "embed" | "layer" | "head", name, flops,
  weight_bytes, kv_bytes, activation_bytes, launches}; a `layer` row counts ONE layer; decode is
  the first decode step.
- `tokenize`, detail {tokens: [{id, text, control, bytes: [0–255]}], left_out, utf8: [0–255] of
  the first 1,024 bytes of the learner's text}.
- per step (0 is prefill): `embed`, then one `layer` per layer, then `logits`, then `prefill` or
  `decode` for the whole pass, then `sample`. Each has step, start_s, end_s; all but sample have
  shape, bytes, flops (predicted).
    - `embed` shape (1, T, d_model), detail {predicted_s, rows: [{position, id, text, values: first
      8 numbers}] for at most 4 tokens, norm: L2 norm of the last position}.
    - `layer` shape (1, T, d_model), detail {layer: 0…, norm, predicted_s}.
    - `logits` shape (1, vocab_size), detail {predicted_s, top: [{id, text, logit, prob}] ten
      largest, prob by plain softmax before sampling settings}.
    - `prefill`/`decode` shape (1, T), detail {context, predicted (plain `Prediction`), bound_s,
      gap: {measured_s, weights_s, kv_s, arithmetic_s, overhead_s, unexplained_s}}; the four
      predicted parts and unexplained_s (may be negative) add up to measured_s.
    - `sample` token_id, text, detail {token, control, prob of the chosen token as sampled}.
- `result`: that of token_clock plus {steps: [{step, phase, context, measured_s, embed_s, layers_s,
  head_s, sample_s, predicted_s, parts_s, bound_s, unexplained_s, unprobed_s,
  bytes, flops}],
  probe: {probed_s, unprobed_s, overhead_s, share}} (sums over steps; share = overhead_s /
  unprobed_s: what watching cost; each pass runs a second time, unwatched, right after the first).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lesson_core.experiments import expectation, probed, setting, token_clock
from lesson_core.experiments.expectation import Ready
from lesson_core.experiments.setting import Lab
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import Sampler, filtered_probs
from lesson_core.schema.events import Event
from lesson_core.schema.specs import PipelineTrace
from lesson_core.theory import roofline

UTF8_SHOWN = 1024


def run(spec: PipelineTrace, lab: Lab) -> Iterator[Event]:
    """One run with a clock around every stage, each pass again without; see the module."""
    functions = (prefill, decode_one_token, probed.forward, filtered_probs, Sampler.__call__)
    ready = yield from expectation.begin(spec, lab, *functions)
    expected = ready.event(spec.recipe, spec.new_tokens)
    operators = {"prefill": ready.plan.rows(0), "decode": ready.plan.rows(1)}
    yield replace(expected, detail={**expected.detail, "operators": operators})
    yield _tokenized(spec, ready)
    _warm_up(spec, lab, ready)
    seen: list[Event] = []
    unprobed_s: list[float] = []
    for event in probed.answer(spec, lab, ready, unprobed_s):
        seen.append(event)
        yield event
    if not lab.cancelled():
        yield Event(stage="result", detail=_summary(spec, ready, seen, unprobed_s))


def _tokenized(spec: PipelineTrace, ready: Ready) -> Event:
    event = token_clock.tokenized(ready)
    spell = ready.loaded.tokenizer.token_bytes
    tokens = [{**token, "bytes": list(spell(token["id"]))} for token in event.detail["tokens"]]
    utf8 = spec.prompt[:UTF8_SHOWN].encode("utf-8", "replace")[:UTF8_SHOWN]
    return replace(event, detail={**event.detail, "tokens": tokens, "utf8": list(utf8)})


def _warm_up(spec: PipelineTrace, lab: Lab, ready: Ready) -> None:
    """The first pass of a process pays for allocations and kernels; it is another lesson."""
    cache = setting.cache_for(ready.loaded, spec.recipe.cache, len(ready.ids))
    probed.forward(ready.loaded, ready.ids, cache, lab.clock)


def _summary(
    spec: PipelineTrace, ready: Ready, seen: list[Event], unprobed_s: list[float]
) -> dict[str, Any]:
    steps = [_step(step, ready, seen, seconds) for step, seconds in enumerate(unprobed_s)]
    watched_s, unwatched_s = sum(step["measured_s"] for step in steps), sum(unprobed_s)
    cost_s = watched_s - unwatched_s
    probe = {
        "probed_s": watched_s,
        "unprobed_s": unwatched_s,
        "overhead_s": cost_s,
        "share": cost_s / unwatched_s if unwatched_s else None,
    }
    result = token_clock.summary(spec.recipe.model, ready, seen)
    return {**result, "steps": steps, "probe": probe}


def _step(step: int, ready: Ready, seen: list[Event], unprobed_s: float) -> dict[str, Any]:
    """One row of the result: where the time of one pass went."""
    spent = dict.fromkeys(("embed", "layer", "logits", "sample", "prefill", "decode"), 0.0)
    for event in seen:
        if event.step == step:
            spent[event.stage] += (event.end_s or 0.0) - (event.start_s or 0.0)
    measured_s = spent["prefill"] + spent["decode"]
    cost, expected = ready.plan.passes[step], ready.plan.times[step]
    return {
        "step": step,
        "phase": "decode" if step else "prefill",
        "context": cost.context,
        "measured_s": measured_s,
        "embed_s": spent["embed"],
        "layers_s": spent["layer"],
        "head_s": spent["logits"],
        "sample_s": spent["sample"],
        "predicted_s": expected.total_s,
        "parts_s": expected.parts_s,
        "bound_s": roofline.bound_s(expected),
        "unexplained_s": measured_s - expected.total_s,
        "unprobed_s": unprobed_s,
        "bytes": cost.traffic_bytes,
        "flops": cost.flops,
    }
