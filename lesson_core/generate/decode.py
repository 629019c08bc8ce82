"""Generation: one prefill over the prompt, then one decode step per token.

Each function is named as papers name it; each step tells what it did in an `Event`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

import torch
from torch import Tensor

from lesson_core.clock import Clock
from lesson_core.errors import LabError
from lesson_core.generate import cuda_graph, flat
from lesson_core.model.cache import Cache, KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.text.tokenizer import Tokenizer


@torch.inference_mode()
def prefill(model: Transformer, token_ids: Tensor, cache: Cache) -> Tensor:
    """Read the whole prompt [B, T] at once; logits of its last position, [B, vocab_size]."""
    return model.last_logits(token_ids, cache)


@torch.inference_mode()
def decode_one_token(model: Transformer, token_id: Tensor, cache: Cache) -> Tensor:
    """Read one more token per sequence, [B, 1]; logits of the next, [B, vocab_size]."""
    if isinstance(cache, KVCache) and model.decode_step is not None:
        return model.decode_step(token_id, cache)
    if isinstance(cache, KVCache) and (bound := _bound(model, cache)):
        return flat.step(bound, token_id, cache)  # the same computation with less Python
    return model.last_logits(token_id, cache)


def _bound(model: Transformer, cache: KVCache) -> flat.Bound | None:
    """The tensors of `model`, looked up at the first step of an answer and kept with its cache."""
    if cache.bound is None:
        cache.bound = flat.bind(model, cache) or "not plain"
    return cache.bound if isinstance(cache.bound, flat.Bound) else None


def greedy(model: Transformer, token_ids: Tensor, new_tokens: int, cache: Cache) -> Tensor:
    """The likeliest continuation of each row of `token_ids` [B, T]: [B, new_tokens].

    All prompts have the same length; nothing stops early.
    """
    logits = prefill(model, token_ids, cache)
    chosen = [logits.argmax(dim=-1, keepdim=True)]  # each [B, 1]
    while len(chosen) < new_tokens:
        logits = decode_one_token(model, chosen[-1], cache)
        chosen.append(logits.argmax(dim=-1, keepdim=True))
    return torch.cat(chosen, dim=1)


def generate(
    model: Transformer,
    tokenizer: Tokenizer,
    prompt_ids: Sequence[int],
    *,
    new_tokens: int,
    sampler: Callable[[Tensor], int],
    cache: Cache,
    clock: Clock,
    start_s: float,
) -> Iterator[Event]:
    """Answer `prompt_ids`, telling each stage: "prefill", "sample", "decode", "sample", …

    The pass and the token it led to share a `step`. Ends after `new_tokens`, at an end-of-text
    token (its event has detail {"control": True}), or where the model's context ends. Times are
    seconds of `clock` since `start_s`. Raises LabError("prompt_empty" or "prompt_too_long").
    """
    _check_length(model, prompt_ids)
    stream = tokenizer.stream()
    device = model.embedding.weight.device
    inputs = torch.tensor([prompt_ids], device=device)  # [1, T]
    steps = min(new_tokens, model.config.max_seq_len - len(prompt_ids) + 1)
    forward: Callable[[Tensor], Tensor] = partial(prefill, model, cache=cache)
    for step in range(steps):
        if step == 1:
            forward = _decoder(model, cache, steps)
        begin = clock() - start_s
        logits = forward(inputs)[0]  # [vocab_size]
        passed = clock() - start_s
        yield Event(
            stage="prefill" if step == 0 else "decode",
            step=step,
            start_s=begin,
            end_s=passed,
            shape=tuple(inputs.shape),
        )
        token_id = sampler(logits)
        done = token_id in tokenizer.eos_ids
        text = stream.push(token_id)
        if done or step == steps - 1:
            text += stream.flush()
        yield Event(
            stage="sample",
            step=step,
            token_id=token_id,
            text=text,
            start_s=passed,
            end_s=clock() - start_s,
            detail={"control": True} if done else {},
        )
        if done:
            return
        inputs = torch.tensor([[token_id]], device=device)


def _decoder(model: Transformer, cache: Cache, steps: int) -> Callable[[Tensor], Tensor]:
    """`decode_one_token` for this cache; on CUDA recorded once and replayed."""
    if isinstance(cache, KVCache) and cuda_graph.pays(model, cache, steps):
        return cuda_graph.GraphDecoder(model, cache, batch=1)
    return partial(decode_one_token, model, cache=cache)


def _check_length(model: Transformer, prompt_ids: Sequence[int]) -> None:
    limit = model.config.max_seq_len
    if not prompt_ids:
        raise LabError("prompt_empty")
    if len(prompt_ids) > limit:
        raise LabError("prompt_too_long", tokens=len(prompt_ids), limit=limit)
