"""Cards on measuring a server: the line of an overloaded one, and Little's law."""

import random

from lesson_core.schema.question import Posed


def overload(seed: int) -> Posed:
    """(load − 1) · T: what has come minus what has been served, in seconds of work."""
    draw = random.Random(f"endpoint.overload:{seed}")
    capacity = draw.choice((4, 5, 8, 10, 20, 40))
    percent = draw.choice((110, 120, 125, 150, 175, 200))
    minutes = draw.choice((5, 10, 20, 30))
    total = 60 * minutes
    rate = capacity * percent / 100
    return Posed(
        id="endpoint.overload",
        seed=seed,
        values={
            "capacity": f"{capacity}",
            "rate": f"{rate:g}",
            "minutes": f"{minutes}",
            "total_s": f"{total}",
        },
        answer=total * (percent - 100) / 100,
        unit="s",
        slips={"waiting_while_arriving": total * (1 - 100 / percent)},
    )


def little(seed: int) -> Posed:
    """Users / E2E, with E2E = TTFT + (n − 1) · TPOT."""
    draw = random.Random(f"endpoint.little:{seed}")
    users = draw.choice((4, 8, 16, 32, 64))
    tokens = draw.choice((51, 101, 201, 401))
    ttft = draw.choice((80, 120, 200, 300, 500))
    tpot = draw.choice((10, 15, 20, 25, 40))
    e2e_ms = ttft + (tokens - 1) * tpot
    answer = users / (e2e_ms / 1e3)
    return Posed(
        id="endpoint.little",
        seed=seed,
        values={
            "users": f"{users}",
            "tokens": f"{tokens}",
            "gaps": f"{tokens - 1}",
            "ttft_ms": f"{ttft}",
            "tpot_ms": f"{tpot}",
            "e2e_ms": f"{e2e_ms:,}",
            "e2e_s": f"{e2e_ms / 1e3:g}",
        },
        answer=answer,
        unit="",
        rel_tol=0.03,
        slips={"one_user": 1 / (e2e_ms / 1e3), "only_first": users / (ttft / 1e3)},
    )
