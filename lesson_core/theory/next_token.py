"""From one vector of logits to the law a token is drawn from, exactly, without a model.

The worker sends all logits once; temperature, top-k and top-p are then played with here, in the
page's own process. The rules are those of `generate.sample` (a test compares the two).
"""

import base64
import math
import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from lesson_core.schema.specs import Sampling

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Distribution:
    """`ids` by falling probability; only the first `kept` can be drawn, the rest have 0."""

    ids: npt.NDArray[np.int64]  # [vocab_size]
    probs: Floats  # [vocab_size], same order, sums to 1
    kept: int
    entropy_bits: float

    def top(self, count: int) -> list[tuple[int, float]]:
        """The `count` likeliest as (id, probability)."""
        pairs = zip(self.ids[:count], self.probs[:count], strict=True)
        return [(int(i), float(p)) for i, p in pairs]


def distribution(logits: Floats, sampling: Sampling) -> Distribution:
    """Temperature, then top-k, then top-p; what is left is normalised again."""
    order = np.argsort(-logits, kind="stable")
    ranked = logits[order]  # [vocab_size], falling
    if sampling.temperature == 0:  # greedy: all of it on the first
        probs = np.zeros_like(ranked)
        probs[0] = 1.0
        return Distribution(order, probs, 1, 0.0)
    weights = np.exp((ranked - ranked[0]) / sampling.temperature)
    if sampling.top_k:
        weights[sampling.top_k :] = 0.0
    probs = weights / weights.sum()
    if sampling.top_p < 1:
        likelier = np.cumsum(probs) - probs  # the sum of all likelier tokens
        probs[max(1, int(np.searchsorted(likelier, sampling.top_p, side="left"))) :] = 0.0
        probs = probs / probs.sum()
    kept = int(np.count_nonzero(probs))
    return Distribution(order, probs, kept, entropy_bits(probs))


def entropy_bits(probs: Floats) -> float:
    """How open the choice is: 0 for a certain token, log2(n) for n equal ones."""
    some = probs[probs > 0]
    return max(0.0, float(-(some * np.log2(some)).sum()))


def pack(array: npt.NDArray[Any]) -> str:
    """Numbers as text for an event: zlib, then base64."""
    return base64.b64encode(zlib.compress(array.tobytes(), 1)).decode("ascii")


def logits_of(detail: dict[str, Any]) -> Floats:
    """The logits in the detail of a `logits` event: [vocab_size]."""
    raw = zlib.decompress(base64.b64decode(detail["logits_z"]))
    return np.frombuffer(raw, dtype="<f4").astype(np.float64)


def all_attention(detail: dict[str, Any]) -> Bytes:
    """Every map of an attention event, in 1/scale: [n_layers, n_heads, positions, positions]."""
    raw = zlib.decompress(base64.b64decode(detail["weights_z"]))
    positions = detail["positions"]
    shape = (detail["n_layers"], detail["n_heads"], positions, positions)
    return np.frombuffer(raw, dtype=np.uint8).reshape(shape)


def attention_of(detail: dict[str, Any], layer: int, head: int) -> list[list[float]]:
    """One map, [positions][positions]: the row looks, the column is looked at."""
    maps = all_attention(detail)
    return [[value / detail["scale"] for value in row] for row in maps[layer, head].tolist()]


def perplexity(probs: Floats) -> float:
    """The number of equally likely tokens with the same entropy."""
    return math.pow(2.0, entropy_bits(probs))
