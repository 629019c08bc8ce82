"""The spec of the lesson on the two regimes."""

from dataclasses import dataclass

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class TwoRegimes:
    """Job `two_regimes`: the model's products on the roofline, and the step over the batch."""

    recipe: Recipe
    prompt_len: int = 128
    batch: int = 1
    max_batch: int = 64
    repeats: int = 7
    card: Card | None = None

    def __post_init__(self) -> None:
        check_range("prompt_len", self.prompt_len, 8, 4096)
        check_range("batch", self.batch, 1, 64)
        check_range("max_batch", self.max_batch, 2, 1024)
        check_range("repeats", self.repeats, 3, 40)
