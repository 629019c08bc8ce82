"""The loss on text that was never trained on, by language and over all of it."""

import math

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


@torch.no_grad()
def nats(model: Transformer, documents: packing.Documents) -> np.ndarray:
    """Of each document, the nats of all its tokens but the first, and their number: [n, 2].

    Documents of like length go through the model together, padded behind their end: with a causal
    mask nothing before the padding can see it.
    """
    out = np.zeros((len(documents), 2))
    lengths = np.minimum(documents.starts[1:] - documents.starts[:-1], LONGEST)
    order = np.argsort(lengths, kind="stable")
    for start in range(0, len(order), SIDE_BY_SIDE):
        chosen = order[start : start + SIDE_BY_SIDE]
        read, wanted = _padded([documents.document(int(i))[:LONGEST] for i in chosen])
        logits = model(read, NoCache()).float()  # [B, T, vocab]
        each = F.cross_entropy(logits.transpose(1, 2), wanted, reduction="none")
        out[chosen, 0] = each.sum(dim=1).numpy()
        out[chosen, 1] = lengths[chosen] - 1
    return out


def _padded(documents: list[np.ndarray]) -> tuple[Tensor, Tensor]:
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
    found = nats(model, documents)
    out = {}
    for language in (*packing.LANGUAGES, "all"):
        chosen = _chosen(documents, language)
        total, tokens = found[chosen].sum(axis=0)
        if tokens:
            out[language] = {
                "nats_per_token": round(float(total / tokens), 4),
                "bits_per_byte": round(
                    float(total / documents.bytes[chosen].sum() / math.log(2)), 4
                ),
                "tokens": int(tokens),
            }
    return out


def _chosen(documents: packing.Documents, language: str) -> np.ndarray:
    if language == "all":
        return np.ones(len(documents), dtype=bool)
    return np.asarray(documents.language == packing.LANGUAGES.index(language))
