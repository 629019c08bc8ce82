"""A first Transformer as it is often written, and the evidence for each of its mistakes.

Rewritten here as small as it can be: `nn.Transformer` fed as it comes, a head with one output,
cross-entropy. It runs, its loss is a perfect 0, and nothing in it can learn. Every function below
returns what it measured; nothing is claimed that a reader cannot run.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, HEADS, LAYERS = 32, 4, 2


class FirstAttempt(nn.Module):
    """No embedding, no positions, no mask, one output."""

    def __init__(self, width: int = WIDTH) -> None:
        super().__init__()
        self.transformer = nn.Transformer(
            width, HEADS, LAYERS, LAYERS, dim_feedforward=2 * width, dropout=0.0, batch_first=True
        )
        self.head = nn.Linear(width, 1)

    def forward(self, source: Tensor, target: Tensor) -> Tensor:
        """Vectors [B, S, width] and [B, T, width] to scores [B, T, 1]."""
        scores: Tensor = self.head(self.transformer(source, target))
        return scores


@dataclass(frozen=True, kw_only=True)
class NothingToLearn:
    """Loss and gradients of a head with one output, beside one with an output per class."""

    loss: float
    largest_gradient: float
    right_loss: float  # an untrained head of C outputs
    right_gradient: float
    classes: int
    refused: str  # what PyTorch says to a target other than class 0


def raw_ids(vocab_size: int, length: int, seed: int = 0) -> str:
    """What `nn.Transformer` says when it is handed ids: it wants vectors. The error's words."""
    torch.manual_seed(seed)
    ids = torch.randint(0, vocab_size, (1, length))
    try:
        FirstAttempt()(ids, ids)
    except (RuntimeError, AssertionError) as problem:
        return str(problem)
    return ""


def nothing_to_learn(vocab_size: int, length: int, seed: int = 0) -> NothingToLearn:
    """Softmax over one score is 1 whatever the score: loss 0, gradient 0, from the first step."""
    torch.manual_seed(seed)
    model, vectors = FirstAttempt(), torch.randn(2, length, WIDTH)
    scores = model(vectors, vectors).flatten(0, 1)  # [B·T, 1]
    loss = F.cross_entropy(scores, torch.zeros(len(scores), dtype=torch.long))
    loss.backward()  # type: ignore[no-untyped-call]
    gradients = [p.grad.abs().max() for p in model.parameters() if p.grad is not None]
    targets = torch.randint(0, vocab_size, (len(scores),))
    head = nn.Linear(WIDTH, vocab_size)
    right = F.cross_entropy(head(model.transformer(vectors, vectors).flatten(0, 1)), targets)
    right.backward()  # type: ignore[no-untyped-call]
    assert head.weight.grad is not None
    try:
        F.cross_entropy(scores, torch.ones_like(targets))
        refused = ""
    except (IndexError, RuntimeError) as problem:
        refused = str(problem)
    return NothingToLearn(
        loss=float(loss.detach()), largest_gradient=float(torch.stack(gradients).max()),
        right_loss=float(right.detach()), right_gradient=float(head.weight.grad.abs().max()),
        classes=vocab_size, refused=refused,
    )  # fmt: skip


@torch.no_grad()
def order_blind(vocab_size: int, length: int, seed: int = 0) -> dict[str, float]:
    """Shuffle the source: how far does the output move, without positions and with them?

    Attention adds up a set. Without positions every order of the source is the same set.
    """
    torch.manual_seed(seed)
    model, table = FirstAttempt().eval(), nn.Embedding(vocab_size, WIDTH)
    places = torch.randn(length, WIDTH)
    source, target = torch.randint(0, vocab_size, (2, 1, length))
    shuffled = source.roll(1, dims=1)
    moved = {}
    for name, added in (("without", torch.zeros_like(places)), ("with", places)):
        one, other = (model(table(ids) + added, table(target)) for ids in (source, shuffled))
        moved[name] = float((one - other).abs().max())
    return moved


@torch.no_grad()
def looks_ahead(vocab_size: int, length: int, seed: int = 0) -> dict[str, float]:
    """Change the last target token: how far does the output at the first place move?

    Without a causal mask every place of the target sees the answer it is asked for.
    """
    torch.manual_seed(seed)
    model, table = FirstAttempt().eval(), nn.Embedding(vocab_size, WIDTH)
    source, target = torch.randint(0, vocab_size, (2, 1, length))
    changed = target.clone()
    changed[:, -1] = (target[:, -1] + 1) % vocab_size
    causal = nn.Transformer.generate_square_subsequent_mask(length)
    moved = {}
    for name, mask in (("without", None), ("with", causal)):
        one, other = (
            model.head(model.transformer(table(source), table(ids), tgt_mask=mask))[:, :-1]
            for ids in (target, changed)
        )
        moved[name] = float((one - other).abs().max())
    return moved
