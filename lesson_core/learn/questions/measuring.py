"""Cards on measuring: TPOT from what a stopwatch shows, and goodput's two promises."""

import random

from lesson_core.schema.question import Posed


def tpot(seed: int) -> Posed:
    """(E2E − TTFT) / (n − 1), in milliseconds."""
    draw = random.Random(f"measuring.tpot:{seed}")
    tokens, gap = draw.choice((9, 11, 17, 21)), draw.choice((20, 25, 30, 40))
    ttft = draw.choice((150, 240, 400, 600))
    e2e = ttft + (tokens - 1) * gap
    return Posed(
        id="measuring.tpot",
        seed=seed,
        values={"tokens": tokens, "gaps": tokens - 1, "ttft_ms": ttft, "e2e_ms": e2e},
        answer=float(gap),
        unit="ms",
        rel_tol=0.005,
        slips={"by_n": (e2e - ttft) / tokens, "with_ttft": e2e / (tokens - 1)},
    )


def rate(seed: int) -> Posed:
    """Tokens over the whole answer's time, prefill included."""
    draw = random.Random(f"measuring.rate:{seed}")
    tokens, seconds = draw.choice((100, 200, 400)), draw.choice((4, 5, 8))
    prefill = draw.choice((1, 2, 3))
    answer = tokens / (seconds + prefill)
    return Posed(
        id="measuring.rate",
        seed=seed,
        values={"tokens": tokens, "prefill_s": prefill, "decode_s": seconds},
        answer=answer,
        unit="tok/s",
        slips={"no_prefill": tokens / seconds, "inverse_rate": 1 / answer},
    )
