"""The specs of the caching lesson."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.card import Card
from lesson_core.schema.checks import MAX_PROMPT_CHARS, check_range
from lesson_core.schema.recipe import Recipe

MAX_TTL = 100_000


@dataclass(frozen=True, kw_only=True)
class Caching:
    """Job `caching`: a log of `requests` counted, its first `served` answered by the model.

    `skew` is Zipf's exponent, `capacity` counts entries of each cache of texts or answers, `blocks`
    those of the prefix cache, `ttl` is in requests, `threshold` the least similarity of a semantic
    hit. Everything that is drawn comes from `seed`.
    """

    recipe: Recipe
    lang: Literal["en", "zh"] = "en"
    skew: float = 1.0
    capacity: int = 20
    policy: Literal["lru", "lfu", "ttl"] = "lru"
    ttl: int = 200
    blocks: int = 48
    threshold: float = 0.9
    requests: int = 2_000
    served: int = 24
    new_tokens: int = 16
    seed: int = 1
    card: Card | None = None

    def __post_init__(self) -> None:
        if self.policy not in ("lru", "lfu", "ttl") or self.lang not in ("en", "zh"):
            raise LabError("cache_unknown", policy=self.policy, lang=self.lang)
        check_skew(self.skew)
        check_capacity(self.capacity)
        check_ttl(self.ttl)
        check_threshold(self.threshold)
        check_range("blocks", self.blocks, 1, 1_000)
        check_range("requests", self.requests, 100, 20_000)
        check_range("served", self.served, 4, 100)
        check_range("new_tokens", self.new_tokens, 2, 64)


@dataclass(frozen=True, kw_only=True)
class SentencePair:
    """Job `sentence_pair`: how alike two sentences are to the encoder."""

    first: str
    second: str

    def __post_init__(self) -> None:
        for sentence in (self.first, self.second):
            check_sentence(sentence)


def check_sentence(sentence: str) -> None:
    """Something to read, and not a whole book; what is beyond the encoder's reach is cut later."""
    if not sentence.strip():
        raise LabError("sentence_empty")
    if len(sentence) > MAX_PROMPT_CHARS:
        raise LabError("sentence_too_long", chars=f"{len(sentence):,}", limit=MAX_PROMPT_CHARS)


def check_skew(skew: float) -> None:
    """Zipf's exponent: 0 is no skew at all, 3 leaves nearly everything to one question."""
    if not 0 <= skew <= 3:
        raise LabError("cache_skew", value=skew)


def check_capacity(capacity: int) -> None:
    """A cache without room is no cache."""
    if not 1 <= capacity <= 500:
        raise LabError("cache_capacity", value=capacity)


def check_ttl(ttl: int) -> None:
    """At least one request long."""
    if not 1 <= ttl <= MAX_TTL:
        raise LabError("cache_ttl", value=ttl, high=f"{MAX_TTL:,}")


def check_threshold(threshold: float) -> None:
    """A cosine of two sentences lies between −1 and 1; below 0 everything would be a hit."""
    if not 0 <= threshold <= 1:
        raise LabError("cache_threshold", value=threshold)
