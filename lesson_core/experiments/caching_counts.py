"""The part of the caching lesson that only counts: hit rates, mistakes, similar sentences."""

from collections.abc import Sequence
from typing import Any

from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema.caching import Caching
from lesson_core.serve import counting
from lesson_core.serve.request_log import Pool
from lesson_core.theory.caching import EVICTIONS, expect
from lesson_core.theory.sentence_pairs import pairs

ROOMS = (1, 2, 4, 7, 10, 15, 20, 27, 36, 48, 60, 80, 108)
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.975, 1.0)
LANGUAGES = ("en", "zh")


def hit_rates(spec: Caching, pool: Pool, log: Sequence[int]) -> dict[str, Any]:
    """Counted hit rates over capacity for every policy; the chosen one with what was expected."""
    counted = counting.exact(log, spec.policy, spec.capacity, spec.ttl)
    law = expect(pool.chances(spec.skew), spec.capacity, spec.policy, spec.ttl)
    rooms = sorted({*ROOMS, spec.capacity})
    curves = {
        policy: [counting.exact(log, policy, room, spec.ttl).hit_rate for room in rooms]
        for policy in EVICTIONS
    }
    return {
        "rooms": rooms,
        "curves": curves,
        "hit": counted.hit_rate,
        "inside": counted.inside,
        "expected": law.hit_rate,
        "expected_cold": float(law.from_empty(len(log)).mean()),
        "stay": min(law.stay, 1e9),
        "expected_at": law.from_empty(spec.served).tolist(),
    }


def semantic(
    spec: Caching, pool: Pool, log: Sequence[int], sentences: SentenceEncoder
) -> dict[str, Any]:
    """Hits and wrong answers of the semantic cache over the log, for every threshold."""
    vectors = sentences.encode([asked.text for asked in pool.texts]).vectors
    alike = (vectors @ vectors.T).numpy()
    questions = [asked.question for asked in pool.texts]

    def at(threshold: float) -> counting.Counted:
        return counting.semantic(
            log, questions, alike, threshold, spec.policy, spec.capacity, spec.ttl
        )

    chosen, swept = at(spec.threshold), [at(threshold) for threshold in THRESHOLDS]
    return {
        "thresholds": THRESHOLDS,
        "hits": [one.hit_rate for one in swept],
        "wrongs": [one.wrong_rate for one in swept],
        "hit": chosen.hit_rate,
        "wrong": chosen.wrong_rate,
        "inside": chosen.inside,
        "vector_bytes": vectors[0].nbytes,
    }


def labelled(sentences: SentenceEncoder) -> dict[str, Any]:
    """The similarity of every labelled pair, and how much of each language the encoder can read."""
    similarities, unknown, twins = {}, {}, {}
    for lang in LANGUAGES:
        known = pairs(lang)
        found = sentences.encode([p.first for p in known] + [p.second for p in known])
        first, second = found.vectors.chunk(2)
        alike = (first * second).sum(dim=1)
        similarities[lang] = alike.tolist()
        pieces = [piece for tokens in found.tokens for piece in tokens[1:-1]]
        unknown[lang] = pieces.count("[UNK]") / len(pieces)
        # Different sentences that the encoder reads as the very same tokens.
        halves = zip(found.tokens[: len(known)], found.tokens[len(known) :], strict=True)
        twins[lang] = sum(a == b for a, b in halves)
    return {"similarities": similarities, "unknown": unknown, "twins": twins}
