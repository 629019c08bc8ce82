"""What the batching page asks for."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.serving import Policy

Source = Literal["conversation", "code"]
MOST_REQUESTS = 64


@dataclass(frozen=True, kw_only=True)
class Batching:
    """Job `batching`: the same waiting requests under a static and a continuous scheduler.

    Lengths are drawn from the trace `source` and scaled so that prompts fit `longest` tokens.
    """

    recipe: Recipe
    requests: int = 24
    slots: int = 8
    source: Source = "conversation"
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("requests", self.requests, 2, MOST_REQUESTS)
        check_range("slots", self.slots, 1, 16)


@dataclass(frozen=True, kw_only=True)
class Replay:
    """Job `replay`: one simulated workload again, on the real engine, with its real waiting.

    `arrivals_s`, `prompts` and `answers` (tokens) have one entry per request.
    """

    recipe: Recipe
    policy: Policy
    arrivals_s: tuple[float, ...]
    prompts: tuple[int, ...]
    answers: tuple[int, ...]
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("requests", len(self.arrivals_s), 1, MOST_REQUESTS)
        check_range("prompts", len(self.prompts), len(self.arrivals_s), len(self.arrivals_s))
        check_range("answers", len(self.answers), len(self.arrivals_s), len(self.arrivals_s))
