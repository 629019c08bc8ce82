"""How long a step takes if nothing is wasted, and what dispatching it adds.

Each operator takes the longer of moving its bytes and doing its arithmetic:
max(bytes / bandwidth, FLOP / peak). The step is their sum plus operations × dispatch overhead.
Weights and KV are read from memory; activations pass from one operator to the next through the
cache and are left out, so the sum stays a bound from below. Source of the form:
jax-ml/scaling-book, "inference"; Williams et al. 2009.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lesson_core.schema.card import Card
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.results import Prediction
from lesson_core.theory import costs, operators
from lesson_core.theory.formats import Scheme, unpacked

PARTS = ("weights", "kv", "arithmetic", "overhead")
ROOFLINE = "sum over operators of max(bytes / bandwidth, FLOP / peak), plus launches × dispatch"


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What the hardware sustains: bytes/s, FLOP/s, seconds to dispatch one operation.

    `overlapped`: a GPU computes while the CPU dispatches the next operation, so only the part of
    the dispatching that takes longer than the computing is felt. A CPU does one after the other.
    """

    bandwidth: float
    flops: float
    dispatch_s: float = 0.0
    overlapped: bool = False


def rates_of(card: Card, precision: str, working_set: float) -> Rates:
    """The card's rates for a working set of that many bytes."""
    return Rates(
        bandwidth=card.bandwidth_at(working_set),
        flops=card.flops_of(precision),
        dispatch_s=card.dispatch_s,
        overlapped=card.environment.device != "cpu",
    )


def working_set(
    config: ModelConfig, context: int, number_bytes: int = 4, scheme: Scheme | None = None
) -> int:
    """Bytes a decode step goes through before it comes back to the first weight."""
    scheme = scheme or unpacked(number_bytes)
    return costs.read_bytes_per_step(config, scheme) + context * costs.kv_token_bytes(
        config, scheme
    )


def time_of(parts: Iterable[operators.Operator], rates: Rates) -> Prediction:
    """Predicted seconds of these operators one after another; the parts add up to the total."""
    weights_s = kv_s = arithmetic_s = 0.0
    launches = 0
    for operator in parts:
        memory_s = (operator.weight_bytes + operator.kv_bytes) / rates.bandwidth
        compute_s = operator.flops / rates.flops
        if compute_s > memory_s:
            arithmetic_s += compute_s
        else:
            weights_s += operator.weight_bytes / rates.bandwidth
            kv_s += operator.kv_bytes / rates.bandwidth
        launches += operator.launches
    busy_s = weights_s + kv_s + arithmetic_s
    dispatch_s = launches * rates.dispatch_s
    overhead_s = max(0.0, dispatch_s - busy_s) if rates.overlapped else dispatch_s
    seconds = (weights_s, kv_s, arithmetic_s, overhead_s)
    return Prediction(
        total_s=busy_s + overhead_s,
        formula=ROOFLINE,
        parts_s=dict(zip(PARTS, seconds, strict=True)),
    )


def bound_s(prediction: Prediction) -> float:
    """The prediction without its overhead: what better software could not beat here."""
    return prediction.total_s - prediction.parts_s["overhead"]


def step_time(
    config: ModelConfig,
    new_tokens: int,
    context: int,
    rates: Rates,
    number_bytes: int = 4,
    *,
    scheme: Scheme | None = None,
    batch: int = 1,
) -> Prediction:
    """Predicted seconds of one pass of `new_tokens` tokens that see `context` positions.

    `batch` sequences run side by side; `scheme` says how their numbers are written.
    """
    step = operators.step(
        config, new_tokens, context, number_bytes=number_bytes, batch=batch, scheme=scheme
    )
    return time_of(step.operators(), rates)


def total(predictions: Sequence[Prediction]) -> Prediction:
    """Several passes one after another."""
    parts = {part: sum(p.parts_s[part] for p in predictions) for part in PARTS}
    return Prediction(total_s=sum(parts.values()), formula=ROOFLINE, parts_s=parts)


def mean(predictions: Sequence[Prediction]) -> Prediction:
    """The average pass: what a TPOT prediction is."""
    whole, count = total(predictions), len(predictions)
    parts = {part: seconds / count for part, seconds in whole.parts_s.items()}
    return Prediction(total_s=sum(parts.values()), formula=ROOFLINE, parts_s=parts)


def ridge(rates: Rates) -> float:
    """FLOP per byte above which arithmetic, not memory, sets the pace."""
    return rates.flops / rates.bandwidth
