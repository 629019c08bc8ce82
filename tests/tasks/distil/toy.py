"""A teacher and students of a few thousand weights, and a text that is easy to learn."""

import numpy as np

from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.bilingual.train import batches, loss_of, step_once
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.ladder.rungs import Rung
from lesson_core.tasks.ladder.train import optimizer_for

VOCAB = 64
TINY = Rung(name="ladder-220k", n_layers=1, d_model=32, n_kv_heads=1, d_ff=32, vocab_size=VOCAB)


def documents(count: int, seed: int) -> packing.Documents:
    """Counting upwards from anywhere, closed by 0."""
    draws = np.random.default_rng(seed).integers(6, 40, (count, 2))
    rows = [[int(s + i) % 60 + 2 for i in range(n)] + [0] for s, n in draws]
    return packing.gather([("en", row, 3 * len(row)) for row in rows])


def text() -> Text:
    return Text(train=documents(300, 1), written=documents(300, 2), check=documents(20, 3),
                held=documents(20, 4))  # fmt: skip


def teacher(steps: int = 60) -> Transformer:
    """A model that has learnt most of it."""
    model = checkpoint.fresh(TINY.config, seed=9)
    optimizer = optimizer_for(model)
    rows = batches(documents(300, 5), 64, 8, 9, 0)
    for _ in range(steps):
        step_once(model, optimizer, loss_of(model, next(rows), amp=False), 1e-2)
    return model.requires_grad_(False).eval()
