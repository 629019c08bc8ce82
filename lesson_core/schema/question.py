"""A question, and one posed instance of it whose answer is computed, never typed."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A numeric question with its numbers drawn and its answer computed.

    `id` is stable (page and name), `seed` reproduces the numbers. `values` fill the placeholders
    of the texts `cards.<id>.ask`, `.solution` in the lesson files. `rel_tol` is how far off a
    reply may be.
    """

    id: str
    seed: int
    values: dict[str, float | int | str]
    answer: float
    unit: str
    rel_tol: float = 0.02
    steps: tuple[str, ...] = field(default_factory=tuple)
