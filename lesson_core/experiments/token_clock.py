"""Job `token_clock`: answer one prompt and say where every millisecond goes.

Events in order. All times are seconds since the request arrived (the model already loaded):

- `progress`, detail {what: "load_model" | "measure_bound", done, total}; `measure_bound` only
  when the spec brings no machine card and none was taken for this model yet.
- `code`, detail {functions: {"path:qualname": fingerprint}}.
- `data`, detail {what: "prediction", model, chat, tokens_in, new_tokens, weight_bytes,
  weights_read_bytes (per decode step), kv_bytes_per_token, working_set_bytes,
  bandwidth_bytes_per_s (the measured one used), ttft, tpot (plain `Prediction`s, parts_s has
  weights, kv, arithmetic, overhead), steps_s (predicted seconds of step 0, 1, … new_tokens − 1),
  bound_s (what no decode step can beat, averaged over the steps: no overhead in it), bound_steps_s
  (per step), card (plain `Card`; scope "mini" means measured a moment ago in this worker)}.
- `tokenize` start_s 0, shape (tokens_in,), detail {tokens: [{id, text, control}], left_out}: at
  most 1,024 tokens are listed, `left_out` counts the rest.
- `prefill` step 0, shape (1, tokens_in), bytes, flops (predicted).
- `sample` per token: step, token_id, text (what became readable), end_s,
  detail {token: display text of this id, control: true on end of text, else absent}.
- `decode` step 1, 2, …: shape (1, 1), bytes, flops.
- `result`, detail {model, chat, tokens_in, tokens_out, finish: "eos" | "length", text,
  latency (plain theory.metrics.Latency), weight_bytes, weights_read_bytes, kv_bytes (at the end),
  bound_s, reached (bound_s / TPOT, None for one token), prediction {ttft, tpot} for the tokens
  that really came, load_s, card_scope, environment (plain)}.

Errors: prompt_too_long (tokens, limit), answer_too_long (tokens, new_tokens, limit), and those of
loading a model. A model without a chat template completes the text instead (`chat` false).
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lesson_core.experiments import expectation, setting
from lesson_core.experiments.expectation import Ready
from lesson_core.experiments.setting import Lab
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token, generate, prefill
from lesson_core.generate.sample import Sampler
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import TokenClock
from lesson_core.theory import costs, metrics, roofline


def run(spec: TokenClock, lab: Lab) -> Iterator[Event]:
    """One watched run; see the module for what comes when."""
    parts = (prefill, Transformer.hidden, decode_one_token, flat.step, generate)
    ready = yield from expectation.begin(spec, lab, *parts, Sampler.__call__)
    yield ready.event(spec.recipe, spec.new_tokens)
    yield tokenized(ready)
    seen: list[Event] = []
    for event in answer(spec, lab, ready):
        if lab.cancelled():
            return
        seen.append(event)
        yield event
    if not lab.cancelled():
        yield Event(stage="result", detail=summary(spec.recipe.model, ready, seen))


def tokenized(ready: Ready) -> Event:
    """The `tokenize` event: where the request's time begins."""
    return Event(
        stage="tokenize",
        start_s=0.0,
        end_s=ready.tokenize_s,
        shape=(len(ready.ids),),
        detail=setting.listed(ready.loaded.tokenizer, ready.ids),
    )


def answer(spec: TokenClock, lab: Lab, ready: Ready) -> Iterator[Event]:
    """The passes and tokens of one answer, priced. Tokenizing was timed just before."""
    loaded = ready.loaded
    room = len(ready.ids) + spec.new_tokens
    events = generate(
        loaded.model,
        loaded.tokenizer,
        ready.ids,
        new_tokens=spec.new_tokens,
        sampler=Sampler(spec.sampling),
        cache=setting.cache_for(loaded, spec.recipe.cache, room, spec.recipe.kv_precision),
        clock=lab.clock,
        start_s=lab.clock() - ready.tokenize_s,  # as if nothing had happened since
    )
    for event in events:
        if event.stage == "sample" and event.token_id is not None:
            shown = {"token": loaded.tokenizer.token_text(event.token_id)}
            yield replace(event, detail={**shown, **event.detail})
        elif event.step is not None:
            yield expectation.priced(event, ready.plan.passes[event.step])


def summary(model: str, ready: Ready, seen: list[Event]) -> dict[str, Any]:
    """The plain result of a run from its events."""
    loaded, made = ready.loaded, ready.plan
    samples = [event for event in seen if event.stage == "sample"]
    latency = metrics.latency(seen)
    tpot = made.tpot(len(samples))
    bound_s = roofline.bound_s(tpot)
    return {
        "model": model,
        "chat": ready.chat,
        "tokens_in": len(ready.ids),
        "tokens_out": len(samples),
        "finish": "eos" if samples[-1].detail.get("control") else "length",
        "text": "".join(event.text or "" for event in samples),
        "latency": to_plain(latency),
        "weight_bytes": costs.stored_bytes(loaded.config, loaded.scheme),
        "weights_read_bytes": costs.read_bytes_per_step(loaded.config, loaded.scheme),
        "kv_bytes": made.kept(len(samples)) * costs.kv_token_bytes(loaded.config, loaded.scheme),
        "bound_s": bound_s,
        "reached": bound_s / latency.tpot_s if latency.tpot_s else None,
        "prediction": {"ttft": to_plain(made.ttft()), "tpot": to_plain(tpot)},
        "load_s": loaded.load_s,
        "card_scope": made.card.scope,
        "environment": to_plain(loaded.environment),
    }
