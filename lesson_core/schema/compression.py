"""The spec of the compression lesson: which schemes stand beside fp32, and how they are timed."""

from dataclasses import dataclass
from typing import Literal, get_args

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe

CompressionScheme = Literal[
    "bf16", "int8", "int8-dynamic", "int4", "kv-int8", "unstructured", "2:4", "heads", "ffn"
]
SCHEMES: tuple[CompressionScheme, ...] = get_args(CompressionScheme)
"""Ways to make a model smaller, in the order a page lists them; fp32 is what they start from."""


@dataclass(frozen=True, kw_only=True)
class Compression:
    """Job `compression`: every scheme beside fp32: bytes, speed, quality, weight error.

    Decoding is timed over `new_tokens` steps after `prompt_len` tokens, prefill over `prefill_len`
    tokens; the two sides of a pair take turns.
    """

    recipe: Recipe
    schemes: tuple[CompressionScheme, ...] = SCHEMES
    prompt_len: int = 64
    prefill_len: int = 256
    new_tokens: int = 12
    repeats: int = 5
    card: Card | None = None

    def __post_init__(self) -> None:
        check_range("schemes", len(self.schemes), 1, len(SCHEMES))
        check_range("prompt_len", self.prompt_len, 1, 4096)
        check_range("prefill_len", self.prefill_len, 2, 4096)
        check_range("new_tokens", self.new_tokens, 2, 64)
        check_range("repeats", self.repeats, 3, 40)
