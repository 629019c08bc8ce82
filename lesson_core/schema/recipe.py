"""What is run (Recipe), on what (Workload), and how often (Case)."""

from dataclasses import dataclass
from typing import Literal

Precision = Literal["auto", "fp32", "bf16", "fp16"]
CacheKind = Literal["none", "concat", "preallocated"]


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A model and how it is run. `model` is an id of the registry, `threads` 0 means all cores."""

    model: str
    device: str = "auto"
    precision: Precision = "auto"
    threads: int = 0
    cache: CacheKind = "preallocated"


@dataclass(frozen=True, kw_only=True)
class Workload:
    """Tokens in, tokens out, sequences side by side."""

    prompt_len: int
    new_tokens: int
    batch: int = 1


@dataclass(frozen=True, kw_only=True)
class Case:
    """One thing to measure: a recipe on a workload, repeated."""

    recipe: Recipe
    workload: Workload
    repeats: int = 5
