"""The specs of the lesson on parameters: measure the ladder, train a piece of it, let it write."""

from dataclasses import dataclass

from lesson_core.schema.checks import check_prompt, check_range


@dataclass(frozen=True, kw_only=True)
class MeasureLadder:
    """Job `measure_ladder`: every bundled rung reads the held-out text, for `seconds` at most."""

    seconds: float = 45.0
    seed: int = 1

    def __post_init__(self) -> None:
        check_range("seconds", self.seconds, 1, 300)
        check_range("seed", self.seed, 0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class TrainRungs:
    """Job `train_rungs`: the `rungs` smallest of the ladder from nothing, on the same batches."""

    rungs: int = 3
    seconds: float = 45.0
    seed: int = 1

    def __post_init__(self) -> None:
        check_range("rungs", self.rungs, 2, 4)
        check_range("seconds", self.seconds, 1, 60)
        check_range("seed", self.seed, 0, 1_000_000)


@dataclass(frozen=True, kw_only=True)
class RungSamples:
    """Job `rung_samples`: each rung continues the same beginning; temperature 0 is greedy."""

    prompt: str
    new_tokens: int = 40
    temperature: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 1, 120)
        check_range("temperature", self.temperature, 0.0, 2.0)
        check_range("seed", self.seed, 0, 1_000_000)
