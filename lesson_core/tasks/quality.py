"""How well a model predicts a text: perplexity and bits per byte.

The loss is summed over all tokens and divided once, by all tokens. The mean of the means of
batches is another number: it gives a short batch the say of a long one.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.cache import Cache, NoCache, new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import KvPrecision
from lesson_core.text.tokenizer import Tokenizer

IGNORED = -100  # the target of a position that is not scored: padding, or known from before
LONGEST = 512  # tokens of a window, where the model can read as many


@dataclass(frozen=True, kw_only=True)
class Score:
    """A text under a model. `nll` is −Σ ln p over the scored tokens, in nats."""

    nll: float
    tokens: int
    bytes: int  # UTF-8, of the scored tokens

    @property
    def perplexity(self) -> float:
        """exp(ΣNLL / Σtokens): comparable between models with the same tokenizer only."""
        return math.exp(self.nll / self.tokens)

    @property
    def bits_per_byte(self) -> float:
        """ΣNLL / ln 2 / Σbytes: comparable between any two models."""
        return self.nll / math.log(2) / self.bytes


class Window(NamedTuple):
    """A stretch of a text; only its last `scored` tokens count, those before are context."""

    ids: list[int]
    scored: int


def windows(ids: list[int], length: int, stride: int) -> list[Window]:
    """Cut a text into windows of at most `length` tokens.

    Every token but the first, which nothing stands before, is scored exactly once. After the
    first window each scores `stride` new tokens, so every token sees at least `length − stride`
    before it, or all there are.
    """
    if not 1 <= stride < length:
        raise ValueError(f"stride {stride} must lie between 1 and the length {length}")
    found: list[Window] = []
    done = 1
    while done < len(ids):
        end = min(len(ids), done + stride if found else length)
        found.append(Window(ids[max(0, end - length) : end], end - done))
        done = end
    return found


def batch(group: Sequence[Window]) -> tuple[Tensor, Tensor]:
    """Inputs and targets of some windows, both [B, T]; what must not count is IGNORED.

    Padding stands to the right, where a causal mask hides it from all that is scored.
    """
    longest = max(len(window.ids) for window in group) - 1
    inputs = torch.zeros(len(group), longest, dtype=torch.long)
    targets = torch.full_like(inputs, IGNORED)
    for row, (ids, scored) in enumerate(group):
        last = len(ids) - 1  # the last token is only ever a target
        inputs[row, :last] = torch.tensor(ids[:-1])
        targets[row, last - scored : last] = torch.tensor(ids[-scored:])
    return inputs, targets


def batches(documents: Sequence[list[int]], length: int, rows: int) -> Iterator[Sequence[Window]]:
    """The windows of all documents, `rows` at a time; each document is read by itself."""
    found = [window for ids in documents for window in windows(ids, length, max(1, length // 2))]
    if not found:
        raise LabError("text_too_short")
    return (found[at : at + rows] for at in range(0, len(found), rows))


@torch.inference_mode()
def logits(model: Transformer, inputs: Tensor, kv_precision: KvPrecision = "same") -> Tensor:
    """What the model says at every position of `inputs` [B, T]: [B, T, vocab_size] in fp32.

    It is one pass; with int8 keys and values attention reads them as that cache keeps them.
    """
    table = model.embedding.weight
    cache: Cache = NoCache()
    if kv_precision != "same":
        rows, tokens = inputs.shape
        cache = new_cache(
            "preallocated", model.config, rows, tokens, table.dtype, str(table.device), kv_precision
        )
    scores: Tensor = model(inputs.to(table.device), cache)
    return scores.float().cpu()


def nll(scores: Tensor, targets: Tensor) -> float:
    """−Σ ln p of the targets [B, T] under the logits [B, T, vocab_size], in nats."""
    flat, wanted = scores.flatten(0, 1), targets.flatten()
    return float(F.cross_entropy(flat, wanted, ignore_index=IGNORED, reduction="sum"))


def context(model: Transformer) -> int:
    """Tokens of a window: what the model can read, and one more to predict; at most LONGEST."""
    return min(LONGEST, model.config.max_seq_len + 1)


def score(
    model: Transformer,
    tokenizer: Tokenizer,
    texts: Sequence[str],
    kv_precision: KvPrecision = "same",
    rows: int = 8,
) -> Score:
    """Predict every token of every text but its first. LabError("text_too_short") without any."""
    documents = [tokenizer.encode(text) for text in texts]
    total, tokens = 0.0, 0
    for group in batches(documents, context(model), rows):
        inputs, targets = batch(group)
        total += nll(logits(model, inputs, kv_precision), targets)
        tokens += int((targets != IGNORED).sum())
    size = sum(len(tokenizer.token_bytes(i)) for ids in documents for i in ids[1:])
    return Score(nll=total, tokens=tokens, bytes=size)
