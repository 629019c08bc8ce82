"""The learned factors and bands of `deployment`, from assets/tables/efficiency.csv.

Rows `factor`: a key of a term, the number its seconds are multiplied by, and from how many
published points. Rows `band`: a class of software, and by what factor published points of that
class lay off when they were held out; 9 in 10 lay within it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from lesson_core.theory.deployment import Deployment, combine
from lesson_core.theory.model_table import rows

EVERYTHING = "all"
"""Key of the band for software with too few points for one of its own."""


@dataclass(frozen=True)
class Estimate:
    """Seconds, and the range that 9 of 10 measurements should lie in: never one alone."""

    seconds: float
    low: float
    high: float

    def times(self, count: float) -> "Estimate":
        """The same of `count` of them."""
        return Estimate(self.seconds * count, self.low * count, self.high * count)


@cache
def factors() -> Mapping[str, float]:
    """Every factor by its key."""
    return MappingProxyType(_kind("factor"))


@cache
def bands() -> Mapping[str, float]:
    """Every band by class of software."""
    return MappingProxyType(_kind("band"))


def points(key: str) -> int:
    """From how many published points a factor or band was learned; 0 if it was not."""
    return next((int(r["points"]) for r in rows("efficiency.csv") if r["key"] == key), 0)


def band(software: str, table: Mapping[str, float] | None = None) -> float:
    """The factor by which a prediction for this class may be off, either way."""
    known = bands() if table is None else table
    return known.get(software, known[EVERYTHING])


def around(seconds: float, software: str) -> Estimate:
    """An estimate with the band of its class of software."""
    width = band(software)
    return Estimate(seconds, seconds / width, seconds * width)


def decode(deployment: Deployment, context: float, batch: int = 1) -> Estimate:
    """One decode step."""
    late = deployment.software.overlapped
    seconds = combine(deployment.decode_terms(context, batch), factors(), late)
    return around(seconds, deployment.software.name)


def prefill(deployment: Deployment, prompt: float, batch: int = 1) -> Estimate:
    """One pass over the prompts; needs `deployment.peak`. Its band is that of all prefills."""
    late = deployment.software.overlapped
    seconds = combine(deployment.prefill_terms(prompt, batch), factors(), late)
    return around(seconds, "prefill")


def _kind(kind: str) -> dict[str, float]:
    return {
        row["key"]: float(row["value"]) for row in rows("efficiency.csv") if row["kind"] == kind
    }
