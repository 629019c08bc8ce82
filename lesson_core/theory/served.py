"""What a served workload amounts to: latencies with their tails, throughput, goodput, the knee.

Latency counts from the intended arrival, so time in the queue is in it. Throughput counts all
tokens from the first arrival to the last token. A tail of too few requests is not told
(`theory.stats`: p95 from 40 on, p99 from 500 on).
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lesson_core.schema.serving import Served
from lesson_core.theory import metrics, stats
from lesson_core.theory.metrics import Latency


@dataclass(frozen=True, kw_only=True)
class Tail:
    """Seconds; None where there are too few samples."""

    n: int
    p50: float | None
    p95: float | None
    p99: float | None


@dataclass(frozen=True, kw_only=True)
class Summary:
    """One run of a server."""

    answered: int
    refused: int
    duration_s: float
    ttft: Tail
    tpot: Tail
    itl: Tail
    e2e: Tail
    tokens_s: float  # output tokens per second
    requests_s: float
    preemptions: int
    cached_share: float  # of prompt tokens


def latencies(served: Iterable[Served]) -> list[Latency]:
    """Latency of every answer that came, from its arrival."""
    return [
        metrics.from_arrivals([at - one.arrival_s for at in one.token_s])
        for one in served
        if one.token_s and one.finish in ("length", "stop")
    ]


def summary(served: Sequence[Served]) -> Summary:
    """The whole run in numbers."""
    runs = latencies(served)
    seconds = duration_s(served)
    tokens, prompts = sum(run.tokens for run in runs), sum(one.prompt_len for one in served)
    return Summary(
        answered=len(runs), refused=sum(one.finish == "refused" for one in served),
        duration_s=seconds,
        ttft=tail([run.ttft_s for run in runs]),
        tpot=tail([run.tpot_s for run in runs if run.tpot_s is not None]),
        itl=tail([gap for run in runs for gap in run.itl_s]),
        e2e=tail([run.e2e_s for run in runs]),
        tokens_s=tokens / seconds if seconds else 0.0,
        requests_s=len(runs) / seconds if seconds else 0.0,
        preemptions=sum(one.preemptions for one in served),
        cached_share=sum(one.cached_tokens for one in served) / prompts if prompts else 0.0,
    )  # fmt: skip


def duration_s(served: Sequence[Served]) -> float:
    """From the first arrival to the last token."""
    ends = [one.token_s[-1] for one in served if one.token_s]
    return max(ends) - min(one.arrival_s for one in served) if ends else 0.0


def goodput(served: Sequence[Served], *, ttft_s: float, tpot_s: float) -> float:
    """Requests per second that met both limits."""
    runs, seconds = latencies(served), duration_s(served)
    return metrics.goodput(runs, seconds, ttft_s=ttft_s, tpot_s=tpot_s) if seconds else 0.0


def tail(samples: Sequence[float]) -> Tail:
    """p50, p95 and p99, as far as there are enough samples."""
    n = len(samples)
    return Tail(
        n=n,
        p50=stats.median(samples) if n else None,
        p95=stats.p95(samples) if n >= stats.NEEDED["p95"] else None,
        p99=stats.p99(samples) if n >= stats.NEEDED["p99"] else None,
    )


def knee(
    p99_at: Callable[[float], float], limit_s: float, low: float, high: float, rounds: int = 10
) -> float | None:
    """The highest arrival rate between `low` and `high` at which p99 stays within the limit.

    Halves the interval on a logarithmic scale; None if even `low` breaks the limit. Beyond the
    knee the queue grows for as long as requests keep coming, so p99 measures the patience of the
    experiment and no longer the server.
    """
    if p99_at(low) > limit_s:
        return None
    if p99_at(high) <= limit_s:
        return high
    for _ in range(rounds):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if p99_at(middle) <= limit_s else (low, middle)
    return low
