"""A question, and one posed instance of it whose answer is computed, never typed."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Posed:
    """A numeric question with its numbers drawn and its answer computed.

    `id` is stable (page and name), `seed` reproduces the numbers. `values` fill the placeholders
    of the sections `card-<name>-ask` and `card-<name>-solution` in the lesson file. `rel_tol` is
    how far off a reply may be. `slips` are wrong answers with a known cause, by name.
    """

    id: str
    seed: int
    values: dict[str, float | int | str]
    answer: float
    unit: str
    rel_tol: float = 0.02
    slips: dict[str, float] = field(default_factory=dict)
    steps: tuple[str, ...] = field(default_factory=tuple)
