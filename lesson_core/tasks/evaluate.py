"""Evaluating a language model on any text, and the three ways it usually goes wrong.

Right: `quality.score` adds ΣNLL and Σtokens over windows and divides once. Wrong: the mean of the
means of batches, padding scored as if it were text, and a model left in training mode. Every batch
is read once; each way is another sum over the same logits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.transformer import Transformer
from lesson_core.tasks import quality
from lesson_core.tasks.quality import IGNORED, Window
from lesson_core.theory.perplexity import Batch

PADDING = 0  # the id that fills up short rows


@dataclass(frozen=True, kw_only=True)
class Counted:
    """One batch, scored right and with its padding. Losses are means, in nats per position."""

    right: Batch
    padded: Batch

    @property
    def padding(self) -> int:
        """Positions that hold no text."""
        return self.padded.tokens - self.right.tokens


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a model said about the scored tokens of a window: −ln p of each, and the entropy of
    each distribution, both [tokens] in nats."""

    nll: Tensor
    entropy: Tensor


def counted(scores: Tensor, targets: Tensor) -> Counted:
    """Scores [B, T, V] and targets [B, T], padding IGNORED; then again with padding as a token."""
    flat, wanted = scores.flatten(0, 1), targets.flatten()
    right = F.cross_entropy(flat, wanted, ignore_index=IGNORED)
    text = int((wanted != IGNORED).sum())
    filled = wanted.masked_fill(wanted == IGNORED, PADDING)
    padded = F.cross_entropy(flat, filled)  # nothing is ignored: padding is graded too
    return Counted(
        right=Batch(tokens=text, loss=float(right)),
        padded=Batch(tokens=len(wanted), loss=float(padded)),
    )


def in_batches(documents: Sequence[list[int]], length: int, rows: int) -> list[list[Window]]:
    """Pieces of text, `rows` at a time and in their order, each to be padded to its longest."""
    found = []
    for ids in documents:
        found += quality.windows(ids, length, length - 1)
    return [found[at : at + rows] for at in range(0, len(found), rows)]


def told(scores: Tensor, targets: Tensor) -> Told:
    """−ln p and entropy at every scored position of [B, T]: the loss, and the loss expected.

    A model that means its probabilities loses, on average, exactly their entropy.
    """
    scored = targets != IGNORED
    logs = scores[scored].log_softmax(dim=-1)  # [tokens, vocab_size]
    nll = -logs.gather(-1, targets[scored][:, None])[:, 0]
    return Told(nll=nll, entropy=-(logs.exp() * logs).sum(dim=-1))


@contextmanager
def with_dropout(model: Transformer, share: float) -> Iterator[None]:
    """Drop a share of what each attention and MLP adds, as GPT-2 does, while `model.training`."""

    def drop(module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        return F.dropout(output, share, module.training)

    parts = [part for name, part in model.named_modules() if name.endswith((".attention", ".mlp"))]
    hooks = [part.register_forward_hook(drop) for part in parts]
    try:
        yield
    finally:
        model.eval()
        for hook in hooks:
            hook.remove()


def modes(model: Transformer, group: Sequence[Window], share: float) -> dict[str, list[float]]:
    """The loss of one batch, read twice in each mode of a model with dropout; and without any."""
    inputs, targets = quality.batch(group)

    def loss() -> float:
        return counted(quality.logits(model, inputs), targets).right.loss

    found = {"plain": [loss()]}
    with with_dropout(model, share):
        for mode in ("eval", "train"):
            model.train(mode == "train")
            found[mode] = [loss(), loss()]
    return found
