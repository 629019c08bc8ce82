"""The optimise lesson: a plain model, and the changes that are stacked on it one by one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_prompt, check_range
from lesson_core.schema.recipe import Recipe

Change = Literal["kv-cache", "sdpa", "ffn", "int8", "int4", "fused", "lookup"]
CHANGES: tuple[Change, ...] = get_args(Change)
"""In the order in which a page offers them."""

PLAIN: dict[str, Any] = {
    "precision": "fp32", "cache": "none", "kv_precision": "same", "attention": "written",
    "compile": "none", "pruning": "none", "drafting": "none",
}  # fmt: skip
"""Where everyone starts: the formula written out, nothing kept, one operation after another."""

FIELDS: dict[Change, dict[str, Any]] = {
    "kv-cache": {"cache": "preallocated"},
    "sdpa": {"attention": "sdpa"},
    "ffn": {"pruning": "ffn", "sparsity": 0.25},
    "int8": {"precision": "int8"},
    "int4": {"precision": "int4"},
    "fused": {"compile": "fused"},
    "lookup": {"drafting": "lookup", "draft_tokens": 4},
}


def stacked(base: Recipe, changes: Iterable[Change]) -> list[Recipe]:
    """The plain recipe of `base`'s model, then one more change each."""
    recipes = [replace(base, **PLAIN)]
    for change in changes:
        recipes.append(replace(recipes[-1], **FIELDS[change]))
    return recipes


@dataclass(frozen=True, kw_only=True)
class Optimise:
    """Job `optimise`: the plain model and every stage of the stack, in turns, on one prompt."""

    recipe: Recipe
    changes: tuple[Change, ...]
    prompt: str
    chat: bool = True
    new_tokens: int = 32
    repeats: int = 5
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("changes", len(self.changes), 1, len(CHANGES))
        check_range("changes", len(self.changes) - len(set(self.changes)), 0, 0)
        check_range("new_tokens", self.new_tokens, 4, 128)
        check_range("repeats", self.repeats, 3, 20)
