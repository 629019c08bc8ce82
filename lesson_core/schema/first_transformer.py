"""The specs of the Transformer lesson: what is broken, and a small one that learns."""

from dataclasses import dataclass
from typing import Literal

from lesson_core.schema.checks import check_range

Task = Literal["reverse", "copy", "add"]


@dataclass(frozen=True, kw_only=True)
class BrokenTransformer:
    """Job `broken_transformer`: the usual first attempt, and evidence of each mistake."""

    seed: int = 0
    vocab_size: int = 12
    length: int = 8

    def __post_init__(self) -> None:
        check_range("seed", self.seed, 0, 1_000_000)
        check_range("vocab_size", self.vocab_size, 3, 100)
        check_range("length", self.length, 3, 32)


@dataclass(frozen=True, kw_only=True)
class TrainTransformer:
    """Job `train_transformer`: a decoder-only Transformer on strings of digits, live.

    `positions` and `causal` switch off what the first attempt lacks, to see what it costs.
    """

    task: Task = "reverse"
    digits: int = 6
    seconds: float = 40.0
    seed: int = 1
    positions: bool = True
    causal: bool = True

    def __post_init__(self) -> None:
        check_range("digits", self.digits, 2, 8)
        check_range("seconds", self.seconds, 1, 60)
        check_range("seed", self.seed, 0, 1_000_000)
