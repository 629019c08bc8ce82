"""The spec of the parallelism lesson."""

from dataclasses import dataclass

from lesson_core.schema.checks import check_prompt, check_range
from lesson_core.schema.recipe import Recipe

RANKS = 2
MICRO_BATCHES = (1, 2, 4, 8)


@dataclass(frozen=True, kw_only=True)
class Parallelism:
    """Job `parallelism`: one model on one process and shared by two, each with one core.

    `rounds` answers of `new_tokens` tokens per way of sharing, in turns; `flow_tokens` is the
    length of each prompt that the pipeline prefills.
    """

    recipe: Recipe
    prompt: str
    chat: bool = True
    new_tokens: int = 12
    rounds: int = 5
    flow_tokens: int = 64
    flow_repeats: int = 3

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 4, 64)
        check_range("rounds", self.rounds, 3, 20)
        check_range("flow_tokens", self.flow_tokens, 8, 512)
        check_range("flow_repeats", self.flow_repeats, 1, 9)
