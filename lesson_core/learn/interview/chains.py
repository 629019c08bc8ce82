"""Follow-ups: a numeric question, then the same one with one number changed.

The key of every step comes from the function that poses the question, so “now at batch 64?” is
computed like the question before it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lesson_core.learn import bank, strict_yaml
from lesson_core.schema.plain import from_plain
from lesson_core.schema.question import Level, Numeric, Posed, Said

FILE = Path(__file__).parents[3] / "assets" / "interview" / "chains.yaml"
Numbers = dict[str, int | float]


@dataclass(frozen=True, kw_only=True)
class Link:
    """What changes, by the names of the placeholders, and how that is asked."""

    ask: Said
    given: Numbers = field(default_factory=dict)
    times: Numbers = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Chain:
    """A template with the numbers it begins with, and its follow-ups."""

    template: str
    level: Level
    then: tuple[Link, ...]
    given: Numbers = field(default_factory=dict)

    @property
    def asked(self) -> Numeric:
        """The question that is varied."""
        found = bank.question(self.template)
        if not isinstance(found, Numeric):
            raise TypeError(f"{self.template} has no numbers to change")
        return found


@cache
def every() -> Mapping[str, Chain]:
    """All chains by name."""
    return {name: from_plain(Chain, body) for name, body in strict_yaml.load(FILE).items()}


def pose(name: str, seed: int) -> tuple[Posed, ...]:
    """The question and each follow-up, one number after the other changed."""
    chain = every()[name]
    given = dict(chain.given)
    posed = [bank.pose_given(chain.asked, seed, given)]
    for link in chain.then:
        before = posed[-1].values
        given |= link.given
        given |= {key: _number(before[key]) * factor for key, factor in link.times.items()}
        posed.append(bank.pose_given(chain.asked, seed, given))
    return tuple(posed)


def _number(value: float | int | str) -> float | int:
    """A number as a question shows it; “1,600” is one."""
    if isinstance(value, str):
        plain = float(value.replace(",", ""))
        return int(plain) if plain.is_integer() else plain
    return value
