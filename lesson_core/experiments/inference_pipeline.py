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
- `progress` {what: "unprobed", done, total} while the same tokens run again without clocks inside.
- `result`: that of token_clock plus {steps: [{step, phase, context, measured_s, embed_s, layers_s,
  head_s, sample_s, predicted_s, parts_s, unexplained_s, unprobed_s, bytes, flops}],
  probe: {probed_s, unprobed_s, overhead_s, share}} (sums over steps; share = overhead_s /
  unprobed_s: what watching cost).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from lesson_core.experiments import expectation, probed, setting, token_clock
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import Sampler, filtered_probs
from lesson_core.schema.events import Event
from lesson_core.schema.specs import PipelineTrace, TokenClock
from lesson_core.theory import roofline

UTF8_SHOWN = 1024
WATCHED = ("embed", "layer", "logits")


def run(spec: PipelineTrace, lab: Lab) -> Iterator[Event]:
    """One run with a clock around every stage, then the same passes without; see the module."""
    yield setting.progress("load_model")
    loaded = lab.model(spec.recipe)
    yield setting.code(prefill, decode_one_token, probed.forward, filtered_probs, Sampler.__call__)
    tokenizing = lab.clock()
    ids, chat = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
    tokenize_s = lab.clock() - tokenizing
    card = expectation.known_card(spec.card, loaded)
    if card is None:
        yield setting.progress("measure_bound")
        card = expectation.take_card(loaded, len(ids) + spec.new_tokens, lab.clock)
    made = expectation.plan(loaded, card, len(ids), spec.new_tokens, spec.recipe.cache)
    yield _prediction(spec, loaded, chat, made)
    yield _tokenized(spec, loaded, ids, tokenize_s)
    warm = setting.cache_for(loaded, spec.recipe.cache, len(ids) + 1)
    probed.forward(loaded, ids, warm, lab.clock)  # the first pass pays for allocations
    seen: list[Event] = []
    for event in probed.answer(spec, lab, loaded, ids, made, tokenize_s):
        seen.append(event)
        yield event
    if lab.cancelled():
        return
    unprobed_s: list[float] = []
    yield from _again(spec, lab, loaded, ids, seen, unprobed_s)
    if not lab.cancelled():
        yield Event(stage="result", detail=_summary(spec, loaded, made, seen, chat, unprobed_s))


def _prediction(spec: PipelineTrace, loaded: Loaded, chat: bool, made: expectation.Plan) -> Event:
    event = expectation.prediction(loaded, spec.recipe, chat, made, spec.new_tokens)
    rows = {"prefill": made.rows(0), "decode": made.rows(1)}
    return replace(event, detail={**event.detail, "operators": rows})


def _tokenized(spec: PipelineTrace, loaded: Loaded, ids: list[int], tokenize_s: float) -> Event:
    detail = setting.listed(loaded.tokenizer, ids)
    for token in detail["tokens"]:
        token["bytes"] = list(loaded.tokenizer.token_bytes(token["id"]))
    utf8 = spec.prompt[:UTF8_SHOWN].encode("utf-8", "replace")[:UTF8_SHOWN]
    detail["utf8"] = list(utf8)
    return Event(stage="tokenize", start_s=0.0, end_s=tokenize_s, shape=(len(ids),), detail=detail)


def _again(
    spec: PipelineTrace,
    lab: Lab,
    loaded: Loaded,
    ids: list[int],
    seen: list[Event],
    unprobed_s: list[float],
) -> Iterator[Event]:
    """The same passes over the same tokens without a clock inside them."""
    chosen = [event.token_id for event in seen if event.stage == "sample"]
    cache = setting.cache_for(loaded, spec.recipe.cache, len(ids) + spec.new_tokens)
    for step in range(len(chosen)):
        if lab.cancelled():
            return
        if step % 8 == 0:
            yield setting.progress("unprobed", step, len(chosen))
        before = chosen[step - 1] if step else None
        inputs = probed.tensor(loaded, ids if before is None else [before])
        forward: Callable[..., object] = prefill if step == 0 else decode_one_token
        start = lab.clock()
        forward(loaded.model, inputs, cache)
        unprobed_s.append(lab.clock() - start)


def _summary(
    spec: PipelineTrace,
    loaded: Loaded,
    made: expectation.Plan,
    seen: list[Event],
    chat: bool,
    unprobed_s: list[float],
) -> dict[str, object]:
    steps = [_step(step, made, seen, unprobed) for step, unprobed in enumerate(unprobed_s)]
    probed_sum, unprobed_sum = sum(step["measured_s"] for step in steps), sum(unprobed_s)
    cost_s = probed_sum - unprobed_sum
    clock_spec = TokenClock(recipe=spec.recipe, prompt=spec.prompt, new_tokens=spec.new_tokens)
    return {
        **token_clock.summary(clock_spec, loaded, made, seen, chat),
        "steps": steps,
        "probe": {
            "probed_s": probed_sum,
            "unprobed_s": unprobed_sum,
            "overhead_s": cost_s,
            "share": cost_s / unprobed_sum if unprobed_sum else None,
        },
    }


def _step(
    step: int, made: expectation.Plan, seen: list[Event], unprobed_s: float
) -> dict[str, float]:
    """One row of the result: where the time of one pass went."""
    mine = [event for event in seen if event.step == step]
    spent = dict.fromkeys(("embed", "layer", "logits", "sample", "prefill", "decode"), 0.0)
    for event in mine:
        spent[event.stage] += (event.end_s or 0.0) - (event.start_s or 0.0)
    measured_s, expected = spent["prefill"] + spent["decode"], made.times[step]
    row = {
        "step": step,
        "phase": "prefill" if step == 0 else "decode",
        "context": made.passes[step].context,
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
        "bytes": made.passes[step].traffic_bytes,
        "flops": made.passes[step].flops,
    }
    return row
