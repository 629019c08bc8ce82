"""A forward pass taken apart, with a clock read after every stage.

`forward` is `Transformer.last_logits` written out stage by stage; a test proves that both give
the same logits. Looking costs time, so each pass is run again without looking.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.experiments import setting
from lesson_core.experiments.expectation import Plan, Ready
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import Sampler, filtered_probs
from lesson_core.model.cache import Cache
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.results import Prediction
from lesson_core.schema.specs import PipelineTrace
from lesson_core.theory import operators, roofline

ROWS_SHOWN, NUMBERS_SHOWN, TOP = 4, 8, 10


@dataclass(frozen=True)
class Pass:
    """One pass: when each stage ended, and what is worth showing of it."""

    ids: list[int]  # the tokens that were run: T of them
    times_s: list[float]  # start, after embedding, after each layer, after the head
    embedded: Tensor  # [1, T, d_model]
    last_rows: list[Tensor]  # last position after the embedding and after each layer, [d_model]
    logits: Tensor  # [vocab_size]


def tensor(loaded: Loaded, ids: list[int]) -> Tensor:
    """Ids as the model takes them: [1, T]."""
    return torch.tensor([ids], device=loaded.device)


@torch.inference_mode()
def forward(loaded: Loaded, ids: list[int], cache: Cache, clock: Clock) -> Pass:
    """Run `ids` stage by stage. The clock waits for the device, so each stage is whole."""
    model, inputs = loaded.model, tensor(loaded, ids)
    times = [clock()]
    run_ids, position = cache.begin(inputs)
    x = embedded = model.embed(run_ids, position)  # [1, T, d_model]
    rotation = model.rotation(position, run_ids.shape[1])
    times.append(clock())
    rows = [x[0, -1]]
    for i, layer in enumerate(model.layers, start=1):
        x = layer(x, rotation, cache, last_only=i == len(model.layers))
        times.append(clock())
        rows.append(x[0, -1])
    cache.advance(run_ids.shape[1])
    logits = model.logits(x[:, -1])[0]  # [vocab_size]
    times.append(clock())
    return Pass(run_ids[0].tolist(), times, embedded, rows, logits)


def answer(spec: PipelineTrace, lab: Lab, ready: Ready, unprobed_s: list[float]) -> Iterator[Event]:
    """All passes and tokens of one answer. What is shown is prepared outside of the clock.

    Each pass runs once more, unwatched, on a cache of its own; its seconds go to `unprobed_s`.
    """
    loaded, made, inputs = ready.loaded, ready.plan, ready.ids
    room = len(inputs) + spec.new_tokens
    cache = setting.cache_for(loaded, spec.recipe.cache, room, spec.recipe.kv_precision)
    twin = setting.cache_for(loaded, spec.recipe.cache, room, spec.recipe.kv_precision)
    sampler, stream = Sampler(spec.sampling), loaded.tokenizer.stream()
    zero = lab.clock() - ready.tokenize_s
    for step in range(spec.new_tokens):
        if lab.cancelled():
            return
        seen = forward(loaded, inputs, cache, lab.clock)
        token_id = sampler(seen.logits)
        done = token_id in loaded.tokenizer.eos_ids
        text = stream.push(token_id)
        if done or step == spec.new_tokens - 1:
            text += stream.flush()
        sampled = lab.clock()
        unprobed_s.append(_unwatched(loaded, inputs, twin, lab.clock))
        yield from _stages(loaded, made, step, seen, zero)
        probs = filtered_probs(seen.logits.cpu(), spec.sampling)
        shown = {
            "token": loaded.tokenizer.token_text(token_id),
            "prob": float(probs[token_id]),
            **({"control": True} if done else {}),
        }
        yield Event(
            stage="sample",
            step=step,
            token_id=token_id,
            text=text,
            start_s=seen.times_s[-1] - zero,
            end_s=sampled - zero,
            detail=shown,
        )
        if done:
            return
        inputs = [token_id]
        zero += lab.clock() - sampled  # preparing what is shown is no part of the answer


def _unwatched(loaded: Loaded, ids: list[int], cache: Cache, clock: Clock) -> float:
    run = decode_one_token if cache.length else prefill
    inputs = tensor(loaded, ids)
    start = clock()
    run(loaded.model, inputs, cache)
    return clock() - start


def _stages(loaded: Loaded, made: Plan, step: int, seen: Pass, zero: float) -> Iterator[Event]:
    cost, rates = made.passes[step], made.rates
    times = [time - zero for time in seen.times_s]
    hidden_shape = tuple(seen.embedded.shape)
    norms = [float(row.float().norm()) for row in seen.last_rows]
    rows = _rows(loaded, seen.ids, seen.embedded)
    parts: list[tuple[operators.Part, dict[str, object]]] = [
        (cost.embed, {"rows": rows, "norm": norms[0]})
    ]
    layers = zip(cost.layers(), norms[1:], strict=True)
    parts += [(part, {"layer": i, "norm": norm}) for i, (part, norm) in enumerate(layers)]
    parts.append((cost.head, {"top": _top(loaded, seen.logits)}))
    for i, (part, detail) in enumerate(parts):
        last = i == len(parts) - 1
        yield Event(
            stage="embed" if i == 0 else "logits" if last else "layer",
            step=step,
            start_s=times[i],
            end_s=times[i + 1],
            shape=tuple(seen.logits.shape) if last else hidden_shape,
            bytes=operators.traffic(part),
            flops=sum(operator.flops for operator in part),
            detail={"predicted_s": roofline.time_of(part, rates).total_s, **detail},
        )
    yield Event(
        stage="prefill" if step == 0 else "decode",
        step=step,
        start_s=times[0],
        end_s=times[-1],
        shape=(1, cost.new_tokens),
        bytes=cost.traffic_bytes,
        flops=cost.flops,
        detail=_gap(made.times[step], times[-1] - times[0], cost.context),
    )


def _gap(expected: Prediction, measured_s: float, context: int) -> dict[str, object]:
    parts = {f"{name}_s": seconds for name, seconds in expected.parts_s.items()}
    rest = measured_s - sum(expected.parts_s.values())
    return {
        "context": context,
        "predicted": to_plain(expected),
        "bound_s": roofline.bound_s(expected),
        "gap": {"measured_s": measured_s, **parts, "unexplained_s": rest},
    }


def _rows(loaded: Loaded, ids: list[int], embedded: Tensor) -> list[dict[str, object]]:
    """The first numbers of the first embedding rows."""
    values = embedded[0, :ROWS_SHOWN, :NUMBERS_SHOWN].float().tolist()
    names = map(loaded.tokenizer.token_text, ids)
    return [
        {"position": i, "id": token_id, "text": name, "values": [round(v, 4) for v in row]}
        for i, (row, token_id, name) in enumerate(zip(values, ids, names, strict=False))
    ]


def _top(loaded: Loaded, logits: Tensor) -> list[dict[str, object]]:
    """The ten largest scores, with their probability before any sampling setting."""
    probs = logits.float().softmax(dim=0)
    best = logits.topk(min(TOP, logits.shape[0])).indices.tolist()
    name = loaded.tokenizer.token_text
    return [
        {"id": i, "text": name(i), "logit": float(logits[i]), "prob": float(probs[i])} for i in best
    ]
