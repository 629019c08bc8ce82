"""Cards on measuring a server: the line of an overloaded one, and Little's law."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory import metrics, queueing


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


def little(seed: int, **given: Any) -> Posed:
    """Users / E2E, with E2E = TTFT + (n − 1) · TPOT."""
    draw = random.Random(f"endpoint.little:{seed}")
    users = given.get("users", draw.choice((4, 8, 16, 32, 64)))
    tokens = draw.choice((51, 101, 201, 401))
    ttft = draw.choice((80, 120, 200, 300, 500))
    tpot = given.get("tpot_ms", draw.choice((10, 15, 20, 25, 40)))
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


def joint(seed: int) -> Posed:
    """Requests a second that keep both limits, from six requests."""
    draw = random.Random(f"endpoint.joint:{seed}")
    limits = draw.choice((300, 500, 800)), draw.choice((40, 50, 60))
    rows = [(limits[0] + draw.choice((-200, -120, -50, 60, 300)),
             limits[1] + draw.choice((-25, -12, -5, 4, 20))) for _ in range(6)]  # fmt: skip
    runs = [metrics.Latency(ttft_s=a, tpot_s=b, itl_s=(), e2e_s=0, prefill_s=None,
                            decode_tok_s=None, tokens=2) for a, b in rows]  # fmt: skip
    seconds = draw.choice((2, 4, 5))
    good = metrics.goodput(runs, seconds, ttft_s=limits[0], tpot_s=limits[1])
    if not good:
        return joint(seed + 1_000_003)
    early = sum(a <= limits[0] for a, _ in rows)
    return Posed(
        id="endpoint.joint",
        seed=seed,
        values={
            "ttft_limit": limits[0], "tpot_limit": limits[1], "seconds": seconds,
            "rows": "; ".join(f"{a}/{b}" for a, b in rows), "good": round(good * seconds),
        },
        answer=good,
        unit="",
        rel_tol=0.01,
        slips={"only_ttft_kept": early / seconds, "all_answered": 6 / seconds},
    )  # fmt: skip


def shortest_first(seed: int) -> Posed:
    """Mean wait of four jobs in order of arrival, by which shortest first beats it, in seconds."""
    draw = random.Random(f"endpoint.shortest-first:{seed}")
    jobs = draw.sample((1, 2, 3, 5, 8, 12), 4)
    came = queueing.waits([0.0] * 4, [float(job) for job in jobs], 1)
    sorted_ = queueing.waits([0.0] * 4, [float(job) for job in sorted(jobs)], 1)
    saved = (sum(came) - sum(sorted_)) / 4
    if saved <= 0:
        return shortest_first(seed + 1_000_003)
    return Posed(
        id="endpoint.shortest-first",
        seed=seed,
        values={
            "jobs": ", ".join(str(job) for job in jobs), "came": f"{sum(came) / 4:g}",
            "sorted": f"{sum(sorted_) / 4:g}",
        },
        answer=saved,
        unit="s",
        rel_tol=0.01,
        slips={"sum_of_waits": 4 * saved},
    )  # fmt: skip


def poisson_line(seed: int) -> Posed:
    """Mean wait of an M/D/1 line: ρ / (2(1 − ρ)) service times, in milliseconds."""
    draw = random.Random(f"endpoint.poisson-line:{seed}")
    load, service = draw.choice((50, 60, 70, 80, 90, 95)), draw.choice((50, 100, 200, 400))
    share = load / 100
    return Posed(
        id="endpoint.poisson-line",
        seed=seed,
        values={"load": load, "service_ms": service, "free": 100 - load},
        answer=service * share / (2 * (1 - share)),
        unit="ms",
        slips={
            "random_service": service * share / (1 - share),
            "with_service": service * share / (2 * (1 - share)) + service,
        },
    )
