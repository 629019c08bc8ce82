"""A Transformer trained on the labels: the encoder's layers move too, not only the head.

It starts as a copy of the sentence encoder with some layers left out and its table of word pieces
held still (three quarters of the weights, half of the time of a step), so that seconds are enough;
`learn` is a generator, one step at a time, so whoever watches may stop it.
"""

import copy
import random
from collections.abc import Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from lesson_core.model.encoder import Encoder, pooled
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.text.bpe import clean

LAYERS = (0, 5)
BATCH, PEAK, EPOCHS, LONGEST = 32, 5e-4, 3, 64


class FineTuned:
    """An encoder with a linear head of its own."""

    def __init__(self, encoder: SentenceEncoder, layers: Sequence[int] = LAYERS) -> None:
        self.body: Encoder = copy.deepcopy(encoder.model)
        kept = [layer for i, layer in enumerate(self.body.layers) if i in layers]
        self.body.layers = nn.ModuleList(kept)
        self.body.requires_grad_(True)
        self.body.tokens.requires_grad_(False)
        self.tokenizer = encoder.tokenizer
        self.head = nn.Linear(self.body.config.d_model, 1)  # as many as classes, in `learn`

    def fit(self, texts: Sequence[str], labels: Sequence[int]) -> None:
        """All steps without a look."""
        for _ in self.learn(texts, labels):
            pass

    def learn(
        self, texts: Sequence[str], labels: Sequence[int], epochs: int = EPOCHS, seed: int = 0
    ) -> Iterator[tuple[int, int, float]]:
        """(step, steps, loss) after each step of AdamW; the rate falls to 0 in a straight line."""
        width = self.body.config.d_model
        self.head = nn.Linear(width, max(labels) + 1)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)
        ids, draw = self.ids(texts), random.Random(seed)
        weights = [w for w in (*self.body.parameters(), *self.head.parameters()) if w.requires_grad]
        adam = torch.optim.AdamW(weights, lr=PEAK)
        per_epoch = -(-len(ids) // BATCH)
        steps = epochs * per_epoch
        for step in range(steps):
            if step % per_epoch == 0:
                order = draw.sample(range(len(ids)), len(ids))
            some = order[step % per_epoch * BATCH :][:BATCH]
            adam.param_groups[0]["lr"] = PEAK * (1 - step / steps)
            logits = self.logits([ids[i] for i in some])
            loss = F.cross_entropy(logits, torch.tensor([labels[i] for i in some]))
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            adam.zero_grad()
            yield step + 1, steps, float(loss.detach())

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The tokens of each text, cut after `LONGEST`."""
        found = self.tokenizer.encode_batch([clean(text) for text in texts])
        return [one.ids[:LONGEST] for one in found]

    def logits(self, rows: list[list[int]]) -> Tensor:
        """Scores of texts given as ids: [B, C]."""
        longest = max(map(len, rows))
        padded = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        seen = torch.arange(longest) < torch.tensor([len(row) for row in rows]).unsqueeze(1)
        width = self.body.config.d_model
        scores: Tensor = self.head(pooled(self.body(padded, seen), seen) * width**0.5)
        return scores

    @torch.no_grad()
    def shares(self, texts: Sequence[str]) -> Tensor:
        """Softmax over the classes: [N, C]."""
        ids = self.ids(texts)
        found = [self.logits(ids[i : i + BATCH]) for i in range(0, len(ids), BATCH)]
        return torch.cat(found).softmax(dim=-1)

    def bytes(self) -> int:
        """All its weights."""
        weights = [*self.body.parameters(), *self.head.parameters()]
        return sum(weight.numel() * weight.element_size() for weight in weights)
