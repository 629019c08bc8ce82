"""Cards on measuring: TPOT from what a stopwatch shows, and goodput's two promises."""

import random

from lesson_core.schema.question import Posed
from lesson_core.theory import stats


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


def by_request(seed: int) -> Posed:
    """Milliseconds per token over all gaps, of a short and a long answer."""
    draw = random.Random(f"measuring.by-request:{seed}")
    short, long = draw.choice((3, 5, 9)), draw.choice((51, 101, 201))
    slow, fast = draw.choice((60, 80, 120)), draw.choice((15, 20, 30))
    gaps = short - 1 + long - 1
    spent = (short - 1) * slow + (long - 1) * fast
    return Posed(
        id="measuring.by-request",
        seed=seed,
        values={
            "short": short, "long": long, "slow_ms": slow, "fast_ms": fast, "gaps": gaps,
            "spent_ms": spent, "by_request": f"{(slow + fast) / 2:g}",
        },
        answer=spent / gaps,
        unit="ms",
        rel_tol=0.01,
        slips={"mean_of_requests": (slow + fast) / 2},
    )  # fmt: skip


def third_quartile(seed: int) -> Posed:
    """The 75th percentile of nine measurements, straight lines between neighbours."""
    draw = random.Random(f"measuring.third-quartile:{seed}")
    samples = [*sorted(draw.sample(range(20, 60), 8)), draw.randrange(150, 400, 10)]
    told = samples[:]
    draw.shuffle(told)
    return Posed(
        id="measuring.third-quartile",
        seed=seed,
        values={
            "samples": ", ".join(str(sample) for sample in told),
            "sorted": ", ".join(str(sample) for sample in samples),
            "mean": f"{sum(samples) / 9:.1f}",
        },
        answer=stats.quantile(samples, 0.75),
        unit="ms",
        rel_tol=0.005,
        slips={"the_mean": sum(samples) / 9, "three_quarters": 0.75 * samples[-1],
               "median_taken": stats.median(samples)},
    )  # fmt: skip
