"""A ladder of tiny rungs, a text that counts upwards, and both where the experiments look."""

import dataclasses
from pathlib import Path

import numpy as np

from lesson_core.experiments import rung_samples, why_parameters
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import checkpoint, packing
from lesson_core.tasks.ladder.rungs import Rung
from tests.experiments.fake_lab import byte_tokenizer

TINY = Rung(name="tiny-a", n_layers=1, d_model=32, n_kv_heads=1, d_ff=32, vocab_size=258)
RUNGS = (
    TINY,
    dataclasses.replace(TINY, name="tiny-b", d_ff=96),
    dataclasses.replace(TINY, name="tiny-c", n_layers=2, d_ff=96),
)


def counting(documents: int, seed: int) -> packing.Documents:
    """Runs of numbers that go up, in three languages."""
    draws = np.random.default_rng(seed)
    rows = [
        [int(s + i) % 60 + 2 for i in range(n)] + [0]
        for s, n in draws.integers(3, 30, (documents, 2))
    ]
    return packing.gather(
        [(packing.LANGUAGES[i % 3], row, 3 * len(row)) for i, row in enumerate(rows)]
    )


def load(name: str) -> Transformer:
    """A rung that learnt nothing."""
    return checkpoint.fresh(named(name).config, seed=0).requires_grad_(False).eval()


def named(name: str) -> Rung:
    return next(rung for rung in RUNGS if rung.name == name)


def install(monkeypatch, folder: Path) -> None:
    """Put it in the place of the real one."""
    for name, documents in (("TEXT", counting(2000, 1)), ("HELD_OUT", counting(90, 2))):
        path = folder / f"{name}.safetensors"
        documents.save(path)
        monkeypatch.setattr(why_parameters.ladder, name, path)
    tokenizer = byte_tokenizer(folder, chat=False)
    monkeypatch.setattr(why_parameters.ladder, "rungs", lambda: tuple(r.name for r in RUNGS))
    monkeypatch.setattr(why_parameters, "LADDER", RUNGS)
    monkeypatch.setattr(rung_samples, "shared_tokenizer", lambda: tokenizer)
    for module in (why_parameters, rung_samples):
        monkeypatch.setattr(module, "load", load)
        monkeypatch.setattr(module, "named", named)
