"""What a load showed: percentiles, rates, failures, and whether the server counts honestly.

Latency begins when a request was due. The numbers that a generator finds which starts its clock at
sending stand beside them under `…_naive`: they leave out the time a request waited on this side.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lesson_core.schema.endpoint import Load, Sent
from lesson_core.theory import metrics, stats


@dataclass(frozen=True, kw_only=True)
class Row:
    """Percentiles of one kind of latency in seconds; a tail is None below the samples it needs."""

    n: int
    p50: float | None
    p95: float | None
    p99: float | None

    @staticmethod
    def of(samples: Sequence[float]) -> "Row":
        """p95 from 40 samples, p99 from 500."""
        return Row(
            n=len(samples),
            p50=stats.median(samples) if samples else None,
            p95=stats.p95(samples) if len(samples) >= stats.NEEDED["p95"] else None,
            p99=stats.p99(samples) if len(samples) >= stats.NEEDED["p99"] else None,
        )


def summary(sents: Sequence[Sent], load: Load) -> dict[str, Any]:
    """Everything about a load, in plain values."""
    good = [sent for sent in sents if not sent.failure]
    begun = min((sent.intended_s for sent in sents), default=0.0)
    duration_s = max((sent.end_s for sent in sents), default=0.0) - begun
    per_s = 1 / duration_s if duration_s > 0 else 0.0
    return {
        "requests": len(sents),
        "answered": len(good),
        "error_rate": 1 - len(good) / len(sents) if sents else 0.0,
        "failures": failures(sents),
        "duration_s": duration_s,
        "requests_per_s": len(good) * per_s,
        "tokens": sum(map(tokens, good)),
        "tokens_per_s": sum(map(tokens, good)) * per_s,
        "goodput_per_s": sum(meets(sent, load, sent.intended_s) for sent in good) * per_s,
        "goodput_naive_per_s": sum(meets(sent, load, sent.started_s) for sent in good) * per_s,
        "prompt_tokens": stats.median([s.said_in for s in good if s.said_in is not None] or [0]),
        "latency": {name: asdict(row) for name, row in rows(good).items()},
        "usage": usage(good, load),
    }


def rows(good: Sequence[Sent]) -> dict[str, Row]:
    """Each kind of latency; `late` is how long requests waited on this side."""
    return {
        "ttft": Row.of([sent.piece_s[0] - sent.intended_s for sent in good]),
        "ttft_naive": Row.of([sent.piece_s[0] - sent.started_s for sent in good]),
        "tpot": Row.of([time for sent in good if (time := tpot_s(sent)) is not None]),
        "itl": Row.of([gap for sent in good for gap in gaps_s(sent)]),
        "e2e": Row.of([sent.piece_s[-1] - sent.intended_s for sent in good]),
        "e2e_naive": Row.of([sent.piece_s[-1] - sent.started_s for sent in good]),
        "late": Row.of([sent.started_s - sent.intended_s for sent in good]),
    }


def gaps_s(sent: Sent) -> tuple[float, ...]:
    """Seconds between pieces of text; ITL where a piece is a token."""
    return metrics.from_arrivals(sent.piece_s).itl_s


def tokens(sent: Sent) -> int:
    """The server's own count, if it can be true; else the pieces of text that arrived."""
    said = sent.said_out
    return len(sent.piece_s) if said is None or said < len(sent.piece_s) else said


def tpot_s(sent: Sent) -> float | None:
    """(last − first)/(n − 1); None below two pieces."""
    if len(sent.piece_s) < 2:
        return None
    return metrics.tpot_s(sent.piece_s[0], sent.piece_s[-1], tokens(sent))


def meets(sent: Sent, load: Load, begin_s: float) -> bool:
    """Whether an answer kept both goals, with the clock started at `begin_s`."""
    in_time = sent.piece_s[0] - begin_s <= load.ttft_goal_s
    return in_time and (tpot_s(sent) or 0.0) <= load.tpot_goal_s


def failures(sents: Sequence[Sent]) -> dict[str, dict[str, Any]]:
    """Kind → how many, with the values of the first for its sentence."""
    found: dict[str, dict[str, Any]] = {}
    for sent in sorted(sents, key=lambda sent: sent.index):
        if sent.failure:
            one = found.setdefault(sent.failure, {"count": 0, "values": sent.detail})
            one["count"] += 1
    return found


def usage(good: Sequence[Sent], load: Load) -> dict[str, Any]:
    """How many answers came without a count, and how many with one that cannot be true.

    A token is at least a byte of text (one more may be the silent end), each piece holds at least
    a token, and nobody gets more than was asked for.
    """
    said = [(sent, sent.said_out) for sent in good if sent.said_out is not None]
    wrong = [
        (sent, count)
        for sent, count in said
        if not len(sent.piece_s) <= count <= min(load.new_tokens, sent.text_bytes + 1)
    ]
    example = {"said": wrong[0][1], "pieces": len(wrong[0][0].piece_s),
               "bytes": wrong[0][0].text_bytes} if wrong else {}  # fmt: skip
    pieces = sum(len(sent.piece_s) for sent, _ in said)
    per_piece = sum(count for _, count in said) / pieces if pieces and not wrong else None
    return {"missing": len(good) - len(said), "wrong": len(wrong), "example": example,
            "tokens_per_piece": per_piece}  # fmt: skip
