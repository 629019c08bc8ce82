"""The right way to time an answer, and six wrong ones, on the same runs.

Each wrong way changes one thing and is compared with the right value of the same quantity, so the
error belongs to the way and not to the machine. Times are seconds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from lesson_core.theory import stats
from lesson_core.theory.metrics import Latency

WAYS = ("cold", "no_sync", "one_run", "mean", "no_prefill", "by_n")


@dataclass(frozen=True, kw_only=True)
class Way:
    """`quantity` is ttft, tpot, itl or rate (tokens per second); `off` = wrong / right − 1."""

    way: str
    quantity: str
    right: float
    wrong: float

    @property
    def off(self) -> float:
        return self.wrong / self.right - 1


def compare(cold: Latency, unsynced_tpot_s: float, runs: Sequence[Latency]) -> list[Way]:
    """All six ways on `runs`; `cold` is the first answer of a model that had not run before.

    - cold: its time to the first token, taken for everyone's.
    - no_sync: reading the clock without waiting for the device.
    - one_run: the single run that lies farthest from the median.
    - mean: the mean gap between tokens, where the median was meant.
    - no_prefill: tokens per second of the decoding alone, told as that of the answer.
    - by_n: the gaps of n tokens divided by n; there are n − 1 of them.
    """
    tokens = runs[0].tokens
    ttft = stats.median([run.ttft_s for run in runs])
    tpots = [run.tpot_s for run in runs if run.tpot_s is not None]
    tpot = stats.median(tpots)
    gaps = [gap for run in runs for gap in run.itl_s]
    whole = stats.median([run.e2e_s for run in runs])
    decoding = stats.median([run.e2e_s - run.ttft_s for run in runs])
    farthest = max(tpots, key=lambda seconds: abs(seconds - tpot))
    return [
        Way(way="cold", quantity="ttft", right=ttft, wrong=cold.ttft_s),
        Way(way="no_sync", quantity="tpot", right=tpot, wrong=unsynced_tpot_s),
        Way(way="one_run", quantity="tpot", right=tpot, wrong=farthest),
        Way(way="mean", quantity="itl", right=stats.median(gaps), wrong=fmean(gaps)),
        Way(way="no_prefill", quantity="rate", right=tokens / whole, wrong=tokens / decoding),
        Way(way="by_n", quantity="tpot", right=tpot, wrong=decoding / tokens),
    ]


def expected_off(ttft_s: float, tpot_s: float, tokens: int) -> dict[str, float]:
    """What theory says of the two ways that follow from the definitions alone."""
    decoding = (tokens - 1) * tpot_s
    return {"no_prefill": (ttft_s + decoding) / decoding - 1, "by_n": -1 / tokens}


def goodput(runs: Sequence[Latency], ttft_s: float, tpot_s: float) -> float:
    """The share of answers that met both promises. Source: MLPerf inference, vLLM serve."""
    met = [run.ttft_s <= ttft_s and (run.tpot_s or 0.0) <= tpot_s for run in runs]
    return sum(met) / len(met)
