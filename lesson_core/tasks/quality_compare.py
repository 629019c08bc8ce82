"""How far a compressed model has moved from the model it was made of.

Perplexity asks the text; these two ask the original: how different are the probabilities (KL), and
how long do both write the same (greedy agreement).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.generate.decode import greedy
from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import KvPrecision
from lesson_core.tasks import quality
from lesson_core.text.tokenizer import Tokenizer

PROMPT = 12  # tokens of each text that are given before both models write on


@dataclass(frozen=True, kw_only=True)
class Divergence:
    """Means over the scored tokens: KL(reference ‖ model) in nats, and how often the favourite
    next token is the same."""

    kl: float
    same_favourite: float
    tokens: int


def kl(reference: Tensor, model: Tensor) -> Tensor:
    """Σ p·(ln p − ln q) at each position: two logits [B, T, vocab_size] to [B, T], in nats."""
    log_p, log_q = reference.log_softmax(dim=-1), model.log_softmax(dim=-1)
    return F.kl_div(log_q, log_p, log_target=True, reduction="none").sum(dim=-1)


def divergence(
    reference: Transformer,
    model: Transformer,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    kv_precision: KvPrecision = "same",
    rows: int = 8,
) -> Divergence:
    """Both models read the same windows; every token that `quality.score` scores counts once."""
    documents = [tokenizer.encode(text) for text in texts]
    total, same, tokens = 0.0, 0, 0
    for group in quality.batches(documents, quality.context(reference), rows):
        inputs, targets = quality.batch(group)
        scored = targets != quality.IGNORED  # [B, T]
        theirs = quality.logits(reference, inputs)[scored]
        ours = quality.logits(model, inputs, kv_precision)[scored]  # [tokens, vocab_size]
        total += float(kl(theirs, ours).sum())
        same += int((theirs.argmax(dim=-1) == ours.argmax(dim=-1)).sum())
        tokens += int(scored.sum())
    return Divergence(kl=total / tokens, same_favourite=same / tokens, tokens=tokens)


def agreement(
    reference: Transformer,
    model: Transformer,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    new_tokens: int,
    kv_precision: KvPrecision = "same",
) -> tuple[int, ...]:
    """Per text: how many tokens both write alike, greedily, after its first PROMPT tokens.

    A text that is shorter is left out. One token differs, and the rest is another story: after
    that the two models answer different questions, so the count ends there.
    """
    new_tokens = min(new_tokens, reference.config.max_seq_len - PROMPT)
    starts = [tokenizer.encode(text)[:PROMPT] for text in texts]
    prompts = [ids for ids in starts if len(ids) == PROMPT]
    if not prompts:
        return ()
    theirs = _continue(reference, prompts, new_tokens, "same")
    ours = _continue(model, prompts, new_tokens, kv_precision)
    return tuple(common_prefix(a, b) for a, b in zip(theirs, ours, strict=True))


def common_prefix(one: Sequence[int], other: Sequence[int]) -> int:
    """How many tokens are equal before the first that is not."""
    pairs = list(zip(one, other, strict=False))
    return next((i for i, (a, b) in enumerate(pairs) if a != b), len(pairs))


@torch.inference_mode()
def _continue(
    model: Transformer, prompts: list[list[int]], new_tokens: int, kv_precision: KvPrecision
) -> list[list[int]]:
    table = model.embedding.weight
    room = PROMPT + new_tokens
    cache = new_cache(
        "preallocated", model.config, len(prompts), room, table.dtype, str(table.device),
        kv_precision,
    )  # fmt: skip
    token_ids = torch.tensor(prompts, device=table.device)  # [B, PROMPT]
    written: list[list[int]] = greedy(model, token_ids, new_tokens, cache).tolist()
    return written
