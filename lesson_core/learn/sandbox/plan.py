"""What one sandbox shall be: tier, limits, measures. Travels to its keeper as JSON."""

import base64
import dataclasses
import json
from dataclasses import dataclass

from lesson_core.learn.sandbox import bubblewrap, seccomp
from lesson_core.learn.sandbox.limits import LAPTOP, Limits

# What each tier is made of. Nothing is optional: a measure that cannot be taken ends the start.
RLIMITS = frozenset(f"limit_{name}" for name in LAPTOP.rlimits())
WATCHED = frozenset({"watch_time", "watch_memory", "watch_output", "watch_results"})
FILTERED = frozenset({"filter", *seccomp.DENIED})
MEASURES: dict[str, frozenset[str]] = {
    "A": RLIMITS | WATCHED | FILTERED | {"own_uid", "clean_environment", *bubblewrap.MEASURES},
    "B": RLIMITS | WATCHED | FILTERED
    | {"own_uid", "clean_environment", "landlock", "watch_processes", *seccomp.DENIED_OUTSIDE},
    "C": RLIMITS | WATCHED | {"clean_environment", "watch_processes"},
}  # fmt: skip


@dataclass(frozen=True)
class Plan:
    """One sandbox."""

    tier: str  # A, B or C
    limits: Limits
    measures: frozenset[str]
    filter: bytes = b""  # the seccomp program of tiers A and B
    torch: bool = False  # import PyTorch before the code comes

    def has(self, measure: str) -> bool:
        return measure in self.measures


def plan(
    tier: str, limits: Limits, *, torch: bool = False, without: frozenset[str] = frozenset()
) -> Plan:
    """The whole of a tier; `without` is for the tests that remove one measure.

    Raises seccomp.NoFilter where the tier needs a filter and there is none.
    """
    unknown = without - MEASURES[tier]
    if unknown:
        raise ValueError(f"tier {tier} has no {sorted(unknown)}")
    left = MEASURES[tier] - without
    bpf = seccomp.program(tier, without & FILTERED_ANYWHERE) if "filter" in left else b""
    return Plan(tier, limits, left, bpf, torch)


FILTERED_ANYWHERE = frozenset({*seccomp.DENIED, *seccomp.DENIED_OUTSIDE})


def pack(of: Plan) -> str:
    fields = dataclasses.asdict(of)
    fields["measures"] = sorted(of.measures)
    fields["filter"] = base64.b64encode(of.filter).decode()
    return json.dumps(fields)


def unpack(text: str) -> Plan:
    fields = json.loads(text)
    return Plan(
        tier=fields["tier"],
        limits=Limits(**fields["limits"]),
        measures=frozenset(fields["measures"]),
        filter=base64.b64decode(fields["filter"]),
        torch=fields["torch"],
    )
