"""Cards on optimising: Amdahl's law over an answer, and over one step."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import amdahl


def whole(seed: int, **given: Any) -> Posed:
    """1 / ((1 − p) + p / s)."""
    draw = random.Random(f"optimise.whole:{seed}")
    share, factor = draw.choice((60, 70, 80, 90)), draw.choice((3, 4, 5, 10))
    factor = given.get("factor", factor)
    answer = amdahl.speedup(share / 100, factor)
    return Posed(
        id="optimise.whole",
        seed=seed,
        values={"share": share, "factor": factor, "rest": 100 - share},
        answer=answer,
        unit="×",
        slips={"part_only": float(factor), "shrunk": share / 100 * factor},
    )


def read(seed: int) -> Posed:
    """What is read shrinks, the rest stays."""
    draw = random.Random(f"optimise.read:{seed}")
    reading, rest = draw.choice((6, 8, 12, 20)), draw.choice((2, 3, 5))
    factor = draw.choice((2, 3, 4))
    step = reading + rest
    return Posed(
        id="optimise.read",
        seed=seed,
        values={"step_ms": step, "read_ms": reading, "rest_ms": rest, "factor": factor},
        answer=reading / factor + rest,
        unit="ms",
        slips={"whole_step": step / factor, "only_reading": reading / factor},
    )


def two_changes(seed: int) -> Posed:
    """Two changes to two parts of a step; the rest stays."""
    draw = random.Random(f"optimise.two-changes:{seed}")
    reading, starting = draw.choice((40, 50, 60)), draw.choice((20, 25, 30))
    a, b = draw.choice((2, 4)), draw.choice((2, 5, 10))
    rest = 100 - reading - starting
    after = reading / a + starting / b + rest
    return Posed(
        id="optimise.two-changes",
        seed=seed,
        values={
            "reading": reading, "starting": starting, "rest": rest, "a": a, "b": b,
            "after": f"{after:.4g}",
        },
        answer=100 / after,
        unit="×",
        slips={
            "multiplied_factors": float(a * b),
            "multiplied_gains": amdahl.speedup(reading / 100, a)
            * amdahl.speedup(starting / 100, b),
        },
    )  # fmt: skip
