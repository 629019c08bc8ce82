"""Job `next_token`: everything the page needs to play with one next-token distribution.

- `progress`, `code` as in token_clock.
- `tokenize` detail {tokens: [{id, text, control}], left_out}; `prefill` shape (1, T), both timed.
- `logits` shape (vocab_size,), detail {logits_z: base64 of zlib of little-endian float32
  [vocab_size], exact; vocab_size, top: [{id, text, logit}] the `keep` largest, largest first}.
  `theory.next_token.logits_of(detail)` unpacks, `distribution(logits, sampling)` applies
  temperature, top-k and top-p exactly, in the page's process.
- `data` detail {what: "attention", positions, offset (tokens of the prompt left out before them),
  n_layers, n_heads, tokens: [text], scale: 255, weights_z: base64 of zlib of uint8}: of the last
  `positions` ≤ 64 tokens of the prompt, run on their own.
  `theory.next_token.attention_of(detail, layer, head)` gives [positions][positions] (row: the
  token that looks; column: the one looked at), rounded to 1/255.
- `data` detail {what: "census", rows: [{name, group, shape, params}], groups: {group: params},
  total, predicted: theory.costs.parameters, tied_head}. rows, groups and predicted add up to total.
- `result` detail {model, config (plain), tokens_in, parameters, prefill_s, top: ten of the
  largest as above with prob, environment}.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import prefill
from lesson_core.generate.sample import filtered_probs
from lesson_core.model.attention import written_attention
from lesson_core.model.weights import census
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import NextToken, Sampling
from lesson_core.theory import costs, next_token

POSITIONS, SCALE, TOP = 64, 255, 10


def run(spec: NextToken, lab: Lab) -> Iterator[Event]:
    """One prefill, then everything there is to see in it; see the module for what comes when."""
    yield setting.progress("load_model")
    loaded = lab.model(spec.recipe)
    yield setting.code(prefill, filtered_probs, written_attention, census)
    zero = lab.clock()
    ids, _ = setting.encode(loaded, spec.prompt, chat=False, new_tokens=0)
    tokenized = lab.clock() - zero
    listed = setting.listed(loaded.tokenizer, ids)
    shape = (len(ids),)
    yield Event(stage="tokenize", start_s=0.0, end_s=tokenized, shape=shape, detail=listed)
    cache = setting.cache_for(loaded, spec.recipe.cache, len(ids))
    inputs = torch.tensor([ids], device=loaded.device)  # [1, T]
    start = lab.clock()
    logits = prefill(loaded.model, inputs, cache)[0].float().cpu()  # [vocab_size]
    prefill_s = lab.clock() - start
    end = tokenized + prefill_s
    yield Event(stage="prefill", start_s=tokenized, end_s=end, shape=(1, len(ids)), step=0)
    yield _logits(loaded, logits, spec.keep)
    if lab.cancelled():
        return
    yield _attention(loaded, ids)
    if lab.cancelled():
        return
    yield _census(loaded)
    yield _result(spec, loaded, ids, logits, prefill_s)


def _logits(loaded: Loaded, logits: Tensor, keep: int) -> Event:
    values, order = logits.sort(descending=True, stable=True)
    pairs = zip(order[:keep].tolist(), values[:keep].tolist(), strict=True)
    name = loaded.tokenizer.token_text
    detail = {
        "logits_z": next_token.pack(logits.numpy().astype("<f4")),
        "vocab_size": logits.shape[0],
        "top": [{"id": i, "text": name(i), "logit": value} for i, value in pairs],
    }
    return Event(stage="logits", shape=(logits.shape[0],), detail=detail)


@torch.inference_mode()
def _attention(loaded: Loaded, ids: list[int]) -> Event:
    shown = ids[-POSITIONS:]
    inputs = torch.tensor([shown], device=loaded.device)
    maps = [weights[0].float().cpu() for weights in loaded.model.attention_weights(inputs)]
    stacked = torch.stack(maps).numpy()  # [n_layers, n_heads, T, T]
    detail = {
        "what": "attention",
        "positions": len(shown),
        "offset": len(ids) - len(shown),
        "n_layers": stacked.shape[0],
        "n_heads": stacked.shape[1],
        "tokens": [loaded.tokenizer.token_text(i) for i in shown],
        "scale": SCALE,
        "weights_z": next_token.pack(np.rint(stacked * SCALE).astype(np.uint8)),
    }
    return Event(stage="data", detail=detail)


def _census(loaded: Loaded) -> Event:
    rows = census(loaded.model)
    groups: dict[str, int] = {}
    for row in rows:
        groups[row.group] = groups.get(row.group, 0) + row.params
    detail = {
        "what": "census",
        "rows": [
            {"name": r.name, "group": r.group, "shape": list(r.shape), "params": r.params}
            for r in rows
        ],
        "groups": groups,
        "total": sum(groups.values()),
        "predicted": costs.parameters(loaded.config),
        "tied_head": loaded.config.tied_head,
    }
    return Event(stage="data", detail=detail)


def _result(
    spec: NextToken, loaded: Loaded, ids: list[int], logits: Tensor, prefill_s: float
) -> Event:
    probs = filtered_probs(logits, Sampling(temperature=1.0))  # [vocab_size]
    best = logits.sort(descending=True, stable=True).indices[:TOP].tolist()
    name = loaded.tokenizer.token_text
    top: list[dict[str, Any]] = [
        {"id": i, "text": name(i), "logit": float(logits[i]), "prob": float(probs[i])} for i in best
    ]
    detail = {
        "model": spec.recipe.model,
        "config": to_plain(loaded.config),
        "tokens_in": len(ids),
        "parameters": costs.total_parameters(loaded.config),
        "prefill_s": prefill_s,
        "top": top,
        "environment": to_plain(loaded.environment),
    }
    return Event(stage="result", detail=detail)
