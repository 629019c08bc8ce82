"""Cards of the token clock: the time per output token from two times."""

import random

from lesson_core.schema.question import Posed


def tpot(seed: int) -> Posed:
    """TPOT = (E2E − TTFT)/(n − 1)."""
    draw = random.Random(f"home.tpot:{seed}")
    n = draw.randint(6, 24)
    ttft = draw.randrange(60, 900, 5)
    e2e = ttft + (n - 1) * draw.randint(8, 60) + draw.randint(0, 4)
    return Posed(
        id="home.tpot",
        seed=seed,
        values={"n": n, "ttft_ms": ttft, "e2e_ms": e2e, "gaps": n - 1},
        answer=(e2e - ttft) / (n - 1),
        unit="ms",
        slips={"by_n": (e2e - ttft) / n, "with_ttft": e2e / n},
    )
