"""The spec of the fusion lesson."""

from dataclasses import dataclass

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Fusion:
    """Job `fusion`: one decode step at a `context`, in ever fewer operations, `repeats` times."""

    recipe: Recipe
    context: int = 64
    repeats: int = 15
    card: Card | None = None

    def __post_init__(self) -> None:
        check_range("context", self.context, 8, 2048)
        check_range("repeats", self.repeats, 3, 60)
