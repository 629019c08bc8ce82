"""How a token is chosen from the model's scores."""

from dataclasses import dataclass

from lesson_core.schema.checks import check_range


@dataclass(frozen=True, kw_only=True)
class Sampling:
    """How a token is chosen. temperature 0 is greedy; top_k 0 and top_p 1 keep everything."""

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("temperature", self.temperature, 0, 100)
        check_range("top_k", self.top_k, 0, 1_000_000)
        check_range("top_p", self.top_p, 0, 1)
