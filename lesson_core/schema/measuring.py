"""The spec of the measuring lesson: the same answer, timed rightly and wrongly."""

from dataclasses import dataclass

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_prompt, check_range
from lesson_core.schema.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """Job `measuring`: `repeats` warm answers of `new_tokens` tokens, and one cold one."""

    recipe: Recipe
    prompt: str
    chat: bool = True
    new_tokens: int = 24
    repeats: int = 9
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 4, 128)
        check_range("repeats", self.repeats, 5, 40)
