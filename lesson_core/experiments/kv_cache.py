"""Job `kv_cache`: every decode step twice, with the KV cache and without, on the same tokens.

The two sides take turns, so both see the same machine; the cached side chooses the token, the
other one is given the same text and may only agree or not. Events in order:

- `progress`, `code`, `data` {what: "prediction", …} as in token_clock.
- `data` {what: "without", steps_s: predicted seconds of the pass at step 0, 1, … without a cache}.
- `tokenize` as in token_clock.
- per step (0 is prefill): `decode`, detail {with_s, without_s, delta (largest difference of any
  logit), margin (between the two likeliest tokens, cached side), same (both choose this token),
  kv_bytes (kept so far), passes_with, passes_without (token passes so far)}, and token_id, text.
- `data` {what: "precision", precision, delta, margin, same, steps} per number format: the first
  steps of the same text again, the largest delta and the smallest margin.
- `result` {tokens_in, tokens_out, finish, with_s, without_s, deltas, margins, agree (per
  step), steps: [{measured_s, parts_s}] of the cached decode steps, predicted {with_s, without_s},
  precisions: [as above], kv_bytes_per_token, environment}.

Raises LabError("needs_two_tokens") where the answer is a single token.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.experiments import expectation, setting, token_clock
from lesson_core.experiments.expectation import Ready
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate import flat
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import Cache, KVCache, NoCache
from lesson_core.schema.events import Event
from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Precision
from lesson_core.theory import costs

PRECISIONS: tuple[Precision, ...] = ("fp32", "bf16")
COMPARED = 8  # steps of the text that each number format runs again


@dataclass
class Step:
    """One decode step on both sides; logits are compared in fp32."""

    token_id: int
    with_s: float
    without_s: float
    delta: float
    margin: float
    same: bool


def run(spec: KvCacheTwins, lab: Lab) -> Iterator[Event]:
    """Both sides step by step, then the first steps again in other number formats."""
    parts = (prefill, decode_one_token, flat.step, KVCache.append, NoCache.begin)
    ready = yield from expectation.begin(spec, lab, *parts)
    yield ready.event(spec.recipe, spec.new_tokens)
    plan = expectation.plan(
        ready.loaded, ready.plan.card, len(ready.ids), spec.new_tokens, cache="none"
    )
    without_s = [time.total_s for time in plan.times[: spec.new_tokens]]
    yield Event(stage="data", detail={"what": "without", "steps_s": without_s})
    yield token_clock.tokenized(ready)
    steps: list[Step] = []
    for event, step in _told(spec, lab, ready):
        if lab.cancelled():
            return
        steps.append(step)
        yield event
    if len(steps) < 2:
        raise LabError("needs_two_tokens")
    precisions = []
    for found in _precisions(spec, lab, ready, steps):
        if lab.cancelled():
            return
        precisions.append(found)
        yield Event(stage="data", detail={"what": "precision", **found})
    yield Event(stage="result", detail=_summary(ready, steps, without_s, precisions))


def pairs(loaded: Loaded, lab: Lab, ids: list[int], room: int) -> Iterator[Step]:
    """Steps with and without a cache in turn, for as long as the caller asks for more."""
    kept = setting.cache_for(loaded, "preallocated", room)
    text, token = list(ids), torch.tensor([ids], device=loaded.device)  # [1, T]
    while True:
        begin = lab.clock()
        logits = _pass(loaded, token, kept)
        middle = lab.clock()
        twin = _pass(loaded, torch.tensor([text], device=loaded.device), NoCache())
        end = lab.clock()
        top = logits.topk(2)
        chosen = int(top.indices[0])
        yield Step(
            token_id=chosen,
            with_s=middle - begin,
            without_s=end - middle,
            delta=float((logits - twin).abs().max()),
            margin=float(top.values[0] - top.values[1]),
            same=chosen == int(twin.argmax()),
        )
        text.append(chosen)
        token = torch.tensor([[chosen]], device=loaded.device)


def _pass(loaded: Loaded, token_ids: Tensor, cache: Cache) -> Tensor:
    """Logits of the next token in fp32, [vocab_size]."""
    step = decode_one_token if token_ids.shape[1] == 1 else prefill
    return step(loaded.model, token_ids, cache)[0].float()


def _told(spec: KvCacheTwins, lab: Lab, ready: Ready) -> Iterator[tuple[Event, Step]]:
    loaded, prompt = ready.loaded, len(ready.ids)
    warm = pairs(loaded, lab, ready.ids, prompt + 2)
    next(warm), next(warm)  # the first pass of a process pays for allocations
    stream, eos = loaded.tokenizer.stream(), loaded.tokenizer.eos_ids
    per_token = costs.kv_token_bytes(loaded.config, loaded.scheme)
    for index, step in enumerate(pairs(loaded, lab, ready.ids, prompt + spec.new_tokens)):
        done = step.token_id in eos or index == spec.new_tokens - 1
        text = stream.push(step.token_id) + (stream.flush() if done else "")
        detail = {**vars(step), "kv_bytes": (prompt + index) * per_token, **passes(prompt, index)}
        yield Event(stage="decode", step=index, token_id=step.token_id, text=text,
                    detail=detail), step  # fmt: skip
        if done:
            return


def passes(prompt: int, step: int) -> dict[str, int]:
    """Token passes through the model up to and with `step`: P + n, and (n + 1)·P + n(n + 1)/2."""
    without = (step + 1) * prompt + step * (step + 1) // 2
    return {"passes_with": prompt + step, "passes_without": without}


def _precisions(
    spec: KvCacheTwins, lab: Lab, ready: Ready, steps: list[Step]
) -> Iterator[dict[str, Any]]:
    """How far the two sides drift apart in each number format, on the text that was written."""
    for precision in PRECISIONS:
        if precision == ready.loaded.dtype_name:
            compared = steps[:COMPARED]
        else:
            loaded = lab.model(replace(spec.recipe, precision=precision))
            found = pairs(loaded, lab, ready.ids, len(ready.ids) + COMPARED)
            compared = [next(found) for _ in range(min(COMPARED, len(steps)))]
        yield {
            "precision": precision,
            "delta": max(step.delta for step in compared),
            "margin": min(step.margin for step in compared),
            "same": sum(step.same for step in compared),
            "steps": len(compared),
        }


def _summary(
    ready: Ready, steps: list[Step], without_s: list[float], precisions: list[dict[str, Any]]
) -> dict[str, Any]:
    loaded, times = ready.loaded, ready.plan.times
    cached = zip(steps[1:], times[1:], strict=False)
    return {
        "tokens_in": len(ready.ids),
        "tokens_out": len(steps),
        "finish": "eos" if steps[-1].token_id in loaded.tokenizer.eos_ids else "length",
        "with_s": [step.with_s for step in steps],
        "without_s": [step.without_s for step in steps],
        "deltas": [step.delta for step in steps],
        "margins": [step.margin for step in steps],
        "agree": [step.same for step in steps],
        "steps": [{"measured_s": step.with_s, "parts_s": time.parts_s} for step, time in cached],
        "predicted": {
            "with_s": [time.total_s for time in times[: len(steps)]],
            "without_s": without_s[: len(steps)],
        },
        "precisions": precisions,
        "kv_bytes_per_token": costs.kv_token_bytes(loaded.config, loaded.scheme),
        "environment": to_plain(loaded.environment),
    }
