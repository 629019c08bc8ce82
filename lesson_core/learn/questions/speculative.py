"""Cards on speculative decoding: tokens of a round, and what is left of them in time."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import speculative as theory


def tokens(seed: int, **given: Any) -> Posed:
    """(1 − α^(γ+1))/(1 − α): the model's own token is counted."""
    draw = random.Random(f"speculative.tokens:{seed}")
    alpha, gamma = draw.choice((0.5, 0.6, 0.7, 0.8, 0.9)), draw.randint(2, 6)
    alpha, gamma = given.get("alpha", alpha), given.get("gamma", gamma)
    answer = theory.expected_tokens(alpha, gamma)
    return Posed(
        id="speculative.tokens",
        seed=seed,
        values={"alpha": alpha, "gamma": gamma, "width": gamma + 1},
        answer=answer,
        unit="",
        slips={"proposed_only": answer - 1, "all_gamma": gamma + 1.0},
    )


def gain(seed: int, **given: Any) -> Posed:
    """Tokens of a round over its time: γ drafts and one check."""
    draw = random.Random(f"speculative.gain:{seed}")
    step, gamma = draw.choice((20, 25, 30, 40)), draw.randint(3, 6)
    draft, check = draw.choice((2, 3, 4)), step * draw.choice((1.2, 1.4, 1.6))
    alpha = draw.choice((0.6, 0.7, 0.8, 0.9))
    draft, check = given.get("draft_ms", draft), given.get("check_ms", check)
    made = theory.expected_tokens(alpha, gamma)
    answer = theory.speed_up(alpha, gamma, draft / step, check / step)
    return Posed(
        id="speculative.gain",
        seed=seed,
        values={
            "alpha": alpha,
            "gamma": gamma,
            "width": gamma + 1,
            "step_ms": step,
            "draft_ms": f"{draft:g}",
            "check_ms": f"{check:g}",
            "made": f"{made:.2f}",
            "round_ms": f"{gamma * draft + check:g}",
        },
        answer=answer,
        unit="",
        slips={"no_draft_time": made / (check / step), "rejected_free": made},
    )


def accepted_share(seed: int) -> Posed:
    """Σ min(p, q) over three tokens, in percent."""
    draw = random.Random(f"speculative.accepted-share:{seed}")
    laws = []
    for _ in range(2):
        first, second = draw.randrange(20, 70, 5), draw.randrange(10, 30, 5)
        laws.append((first, second, 100 - first - second))
    p, q = laws
    return Posed(
        id="speculative.accepted-share",
        seed=seed,
        values={
            "p": ", ".join(f"{share} %" for share in p),
            "q": ", ".join(f"{share} %" for share in q),
            "smaller": " + ".join(str(min(pair)) for pair in zip(p, q, strict=True)),
        },
        answer=100 * theory.overlap([x / 100 for x in p], [x / 100 for x in q]),
        unit="%",
        rel_tol=0.005,
        slips={
            "product_of_laws": sum(x * y for x, y in zip(p, q, strict=True)) / 100,
            "distance_of_laws": 100 - sum(min(pair) for pair in zip(p, q, strict=True)),
        },
    )  # fmt: skip


def thrown_away(seed: int) -> Posed:
    """Drafted tokens of a round that are not used: γ − (E − 1)."""
    draw = random.Random(f"speculative.thrown-away:{seed}")
    alpha, gamma = draw.choice((0.5, 0.6, 0.7, 0.8, 0.9)), draw.choice((3, 4, 5, 6, 8))
    made = theory.expected_tokens(alpha, gamma)
    return Posed(
        id="speculative.thrown-away",
        seed=seed,
        values={
            "alpha": alpha,
            "gamma": gamma,
            "width": gamma + 1,
            "made": f"{made:.3f}",
            "used": f"{made - 1:.3f}",
        },
        answer=gamma - (made - 1),
        unit="",
        slips={"own_forgotten": gamma - made, "each_alone": gamma * (1 - alpha)},
    )
