"""The loss on text that was never trained on, by language and over all of it."""

import math
from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.bilingual import packing

SIDE_BY_SIDE = 32  # documents in one pass
LONGEST = 512  # tokens of a document that are scored: the context of a rung
IGNORED = -100

Told = tuple[np.ndarray, np.ndarray]
"""Of each token but the first: nats, and whether it was the likeliest; both [tokens - 1]."""


@torch.no_grad()
def told(model: Transformer, documents: Sequence[np.ndarray]) -> list[Told]:
    """What the model says to each token of each document, given those before it.

    Documents of like length go through the model together, padded behind their end: with a causal
    mask nothing before the padding can see it.
    """
    out: list[Told] = [(np.zeros(0), np.zeros(0, dtype=bool))] * len(documents)
    longer = (i for i in range(len(documents)) if len(documents[i]) > 1)
    order = sorted(longer, key=lambda i: len(documents[i]))
    for start in range(0, len(order), SIDE_BY_SIDE):
        chosen = order[start : start + SIDE_BY_SIDE]
        read, wanted = padded([documents[i] for i in chosen])
        logits = model(read, NoCache()).float()  # [B, T, vocab]
        nats = F.cross_entropy(logits.transpose(1, 2), wanted, reduction="none").numpy()
        hits = (logits.argmax(dim=-1) == wanted).numpy()
        for row, i in enumerate(chosen):
            scored = len(documents[i]) - 1
            out[i] = nats[row, :scored], hits[row, :scored]
    return out


def nats(model: Transformer, documents: packing.Documents) -> np.ndarray:
    """Of each document, the nats of all its tokens but the first, and their number: [n, 2]."""
    every = [documents.document(i)[:LONGEST] for i in range(len(documents))]
    return np.array([
        (float(each.sum(dtype=np.float64)), len(each)) for each, _ in told(model, every)
    ])  # fmt: skip


def padded(documents: list[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Ids to read and ids to guess, each [B, T]; behind the end of a document nothing counts."""
    longest = max(map(len, documents)) - 1
    read = torch.zeros(len(documents), longest, dtype=torch.long)
    wanted = torch.full_like(read, IGNORED)
    for row, ids in enumerate(documents):
        whole = torch.from_numpy(ids.astype(np.int64))
        read[row, : len(ids) - 1] = whole[:-1]
        wanted[row, : len(ids) - 1] = whole[1:]
    return read, wanted


def measure(model: Transformer, documents: packing.Documents) -> dict[str, dict[str, float]]:
    """Nats per token, bits per byte and their tokens: of each language, and of "all"."""
    return summed(nats(model, documents), documents)


def summed(
    found: np.ndarray, documents: packing.Documents, which: np.ndarray | None = None
) -> dict[str, dict[str, float]]:
    """`measure` of what `nats` found; `which` are the documents it belongs to, or None for all."""
    which = np.arange(len(documents)) if which is None else which
    out = {}
    for language in (*packing.LANGUAGES, "all"):
        chosen = _chosen(documents.language[which], language)
        total, tokens = found[chosen].sum(axis=0)
        if tokens:
            size = documents.bytes[which][chosen].sum()
            out[language] = {
                "nats_per_token": round(float(total / tokens), 4),
                "bits_per_byte": round(float(total / size / math.log(2)), 4),
                "tokens": int(tokens),
            }
    return out


def _chosen(languages: np.ndarray, language: str) -> np.ndarray:
    if language == "all":
        return np.ones(len(languages), dtype=bool)
    return np.asarray(languages == packing.LANGUAGES.index(language))
