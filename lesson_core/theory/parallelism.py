"""What it costs to share a model out: who gets how much, what talking takes, who waits.

Tensor parallel cuts every matrix and sums twice per layer (Megatron-LM); pipeline parallel cuts
between layers and hands on (GPipe). Times are seconds, sizes bytes, `ranks` processes or cards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lesson_core.schema.config import ModelConfig
from lesson_core.theory import costs


def shares(total: int, ranks: int) -> tuple[int, ...]:
    """`total` indivisible things over `ranks`, as evenly as they go: 3 over 2 is (2, 1)."""
    each, left = divmod(total, ranks)
    return tuple(each + (rank < left) for rank in range(ranks))


@dataclass(frozen=True)
class Link:
    """What an all-reduce costs: `latency_s` once, and `bandwidth` bytes/s in each direction."""

    latency_s: float
    bandwidth: float

    def all_reduce_s(self, size: float, ranks: int) -> float:
        """A ring sends 2(n − 1)/n of the message over each link."""
        return self.latency_s + ring_bytes(size, ranks) / self.bandwidth if ranks > 1 else 0.0


def ring_bytes(size: float, ranks: int) -> float:
    """Bytes each rank sends in a ring all-reduce of a message of `size` bytes."""
    return 2 * (ranks - 1) / ranks * size


def fit_link(sizes: Sequence[float], seconds: Sequence[float], ranks: int) -> Link:
    """Latency and bandwidth from measured all-reduces, every point weighing alike in per cent.

    Weighted least squares of 1 = (latency + bytes/bandwidth) / measured, both kept positive.
    """
    a = [1 / s for s in seconds]
    b = [ring_bytes(size, ranks) / s for size, s in zip(sizes, seconds, strict=True)]
    aa, bb = sum(x * x for x in a), sum(y * y for y in b)
    ab = sum(x * y for x, y in zip(a, b, strict=True))
    scale = aa * bb - ab * ab
    latency, per_byte = (0.0, 0.0)
    if scale > 1e-12 * aa * bb:
        latency = (sum(a) * bb - sum(b) * ab) / scale
        per_byte = (sum(b) * aa - sum(a) * ab) / scale
    if latency <= 0 or per_byte <= 0:  # one of the two cannot be told from these points
        latency, per_byte = min(seconds), sum(b) / bb
    return Link(latency, 1 / per_byte)


def busiest_share(config: ModelConfig, ranks: int) -> float:
    """Weights that the step waits for under tensor parallel, in numbers.

    Every layer waits twice for its busiest rank: once for attention, where KV groups go whole,
    once for the feed-forward part. A rank with less of one cannot make up with more of the other.
    """
    matrices = [d_in * d_out for d_in, d_out in costs.matrices(config)]
    groups = max(shares(config.n_kv_heads, ranks)) / config.n_kv_heads
    rows = max(shares(config.d_ff, ranks)) / config.d_ff
    words = max(shares(config.vocab_size, ranks))
    layer = sum(matrices[:4]) * groups + sum(matrices[4:]) * rows
    return config.n_layers * layer + words * config.d_model


def stage_weights(config: ModelConfig) -> list[int]:
    """Weights that a decode step reads per layer; the head is the last entry."""
    layer = sum(d_in * d_out for d_in, d_out in costs.matrices(config))
    return [layer] * config.n_layers + [config.d_model * config.vocab_size]


def balance(weights: Sequence[float], stages: int) -> tuple[int, ...]:
    """Where to cut a row of `weights` into `stages` pieces so that the heaviest is lightest.

    Returns the ends of the pieces. The classic linear partition, by dynamic programming.
    """
    total = [0.0]
    for weight in weights:
        total.append(total[-1] + weight)
    best = [(value, [end]) for end, value in enumerate(total)]  # one stage, up to each end
    for _ in range(stages - 1):
        best = [
            min((max(best[cut][0], total[end] - total[cut]), [*best[cut][1], end])
                for cut in range(end + 1))
            for end in range(len(total))
        ]  # fmt: skip
    return tuple(best[-1][1])


def layer_cuts(config: ModelConfig, stages: int, by: str) -> tuple[int, ...]:
    """The last layer (exclusive) of each stage, balanced "weights" or simply "layers".

    The head belongs to the last stage, which may then have fewer layers, never none.
    """
    weights = stage_weights(config) if by == "weights" else [1] * config.n_layers
    ends = balance(weights, stages)
    most = [config.n_layers - (stages - 1 - stage) for stage in range(stages)]
    return tuple(min(pair) for pair in zip(ends, most, strict=True))


def makespan(stage_s: Sequence[float], micro_batches: int) -> float:
    """Seconds until the last of `micro_batches` has left the last stage.

    The first one passes every stage; each further one leaves one slowest stage later.
    """
    return sum(stage_s) + (micro_batches - 1) * max(stage_s)


def bubble(stage_s: Sequence[float], micro_batches: int) -> float:
    """Share of all ranks' time in which they wait, for stages of any length."""
    whole = len(stage_s) * makespan(stage_s, micro_batches)
    return 1 - micro_batches * sum(stage_s) / whole


def equal_bubble(stages: int, micro_batches: int) -> float:
    """The same for equal stages: (p − 1)/(m + p − 1) of the total (GPipe).

    Megatron-LM divides by the useful time instead and writes (p − 1)/m.
    """
    return (stages - 1) / (micro_batches + stages - 1)


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """What this machine's processes can do, each measured apart from any model's step.

    `alone` and `together`: bytes/s that one rank reads while the others idle, and while all read.
    `overhead_s`: a step's layers over next to no weights. `link`: all-reduces of any size on idle
    ranks; `talk_s`: one of a decode step's size between products, which takes longer, because the
    weights have swept the caches. `hop_s`: handing on.
    """

    alone: float
    together: float
    overhead_s: float
    link: Link
    talk_s: float
    hop_s: float


def step_parts(
    config: ModelConfig, number_bytes: int, ranks: int, sharing: Sharing
) -> dict[str, dict[str, float]]:
    """Seconds per token by cause, one request: on one rank, by tensors, by stages.

    `flight`: as many requests as stages in the pipeline, its time per token counted over all.
    """
    weights = stage_weights(config)
    edges = (0, *layer_cuts(config, ranks, "weights"))
    stages = [sum(weights[a:b]) for a, b in pairwise(edges)]
    stages[-1] += weights[-1]
    # Collecting the scores: each rank sends its words once, half of what a ring all-reduce would.
    collect = sharing.link.all_reduce_s(config.vocab_size * number_bytes / 2, ranks)
    alone, busiest = (n * number_bytes for n in (sum(weights), busiest_share(config, ranks)))
    cycle = max(stages) * number_bytes / sharing.together
    return {
        "single": {"weights": alone / sharing.alone, "overhead": sharing.overhead_s},
        "tensor": {
            "weights": busiest / sharing.together,
            "overhead": sharing.overhead_s,
            "talk": 2 * config.n_layers * sharing.talk_s + collect,
        },
        "pipeline": {
            "weights": alone / sharing.alone,
            "overhead": sharing.overhead_s,
            "talk": ranks * sharing.hop_s,
        },
        "flight": {
            "weights": cycle,
            "overhead": sharing.overhead_s / ranks,
            "talk": sharing.hop_s,
        },
    }
