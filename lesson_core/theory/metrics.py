"""The latency words, by definition, read off the events of one run.

    prompt ──TTFT──▶ token 1 ─ITL▶ token 2 ─ITL▶ … ─ITL▶ token n      TPOT = (E2E − TTFT)/(n − 1)
    └─────────────────────────── E2E ──────────────────────────┘

The first token belongs to prefill, so n tokens have n − 1 gaps: dividing by n makes every model
look faster, and a one-token answer has no TPOT at all.
Definitions as in vllm/benchmarks/serve.py and the MLPerf inference rules.
"""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.schema.events import Event


@dataclass(frozen=True, kw_only=True)
class Latency:
    """Seconds from the run's zero. `itl_s` has one gap fewer than there are tokens."""

    ttft_s: float
    tpot_s: float | None  # None: needs two tokens
    itl_s: tuple[float, ...]
    e2e_s: float
    prefill_s: float | None  # the forward pass of the prompt alone, without tokenizing
    decode_tok_s: float | None  # 1 / TPOT
    tokens: int


def latency(events: Iterable[Event]) -> Latency:
    """Latency of one run; the end of each `sample` event is when that token was there.

    Raises LabError("no_tokens") if there is none.
    """
    arrivals: list[float] = []
    prefill_s: float | None = None
    for event in events:
        if event.end_s is None:
            continue
        if event.stage == "sample":
            arrivals.append(event.end_s)
        elif event.stage == "prefill" and event.start_s is not None:
            prefill_s = event.end_s - event.start_s
    return from_arrivals(arrivals, prefill_s)


def from_arrivals(arrivals_s: Sequence[float], prefill_s: float | None = None) -> Latency:
    """Latency from the times at which the tokens arrived."""
    if not arrivals_s:
        raise LabError("no_tokens")
    gaps = tuple(later - sooner for sooner, later in itertools.pairwise(arrivals_s))
    tpot = tpot_s(arrivals_s[0], arrivals_s[-1], len(arrivals_s))
    return Latency(
        ttft_s=arrivals_s[0],
        tpot_s=tpot,
        itl_s=gaps,
        e2e_s=arrivals_s[-1],
        prefill_s=prefill_s,
        decode_tok_s=1 / tpot if tpot else None,
        tokens=len(arrivals_s),
    )


def tpot_s(ttft_s: float, e2e_s: float, tokens: int) -> float | None:
    """Time per output token: (E2E − TTFT)/(n − 1); None below two tokens."""
    return (e2e_s - ttft_s) / (tokens - 1) if tokens > 1 else None


def goodput(runs: Sequence[Latency], duration_s: float, *, ttft_s: float, tpot_s: float) -> float:
    """Requests per second that met both limits; a one-token answer meets any TPOT limit."""
    good = sum(run.ttft_s <= ttft_s and (run.tpot_s or 0.0) <= tpot_s for run in runs)
    return good / duration_s
