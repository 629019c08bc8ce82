"""Effective rates of one machine, fitted to a handful of timed passes.

A datasheet or a machine card says what the hardware can do at best. What an engine really gets is
less, and how much less depends on few things. So the time of a pass is a sum of sixteen
amounts, all of them counted from shapes, each times a price in seconds that no theory knows:

    layers of a decode step                                the Python and dispatching of one layer
    layers of a prefill                                    the same for the plain modules
    products above 16³ multiply–adds, in decode            handing one out to several threads
    layers × sequences, in decode                          attention starts once per sequence
    bytes of weights and KV; of them beyond 48, 128 MB     memory: what leaves the shared caches
    bytes of KV, in decode                                 what attention takes beyond reading them
    FLOP of products; of them below 256, 64, 16 rows       arithmetic: low products waste units
    packed weights read back, and how many times           int8 and int4, above four rows
    bytes that pass between operators                      norms, rotations, activations
    FLOP of attention, in prefill

“Beyond” grows from nothing at one knot to all of it at the next (straight lines over the
logarithm), so a byte never gets cheaper in a larger working set, nor a FLOP dearer in a higher
product. One row is a matrix–vector product: memory alone.

The prices are the ones with the least squared *relative* error, none below zero, so that a model
of 0.1 M parameters counts as much as one of 300 M. Every precision has its own: other kernels.
"""

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lesson_core.schema.results import Prediction
from lesson_core.schema.sizes import SizeCase
from lesson_core.theory import formats, operators
from lesson_core.theory.passes import Step
from lesson_core.theory.roofline import PARTS

SHARED_ABOVE = 16**3
"""Multiply–adds from which torch gives a product to a library that splits it among threads."""

READ_BACK_ABOVE = 4
"""Rows from which packed weights are read back first (`speed.packed.FEW_ROWS`)."""

WORKING_SETS = (48e6, 128e6, 512e6)
ROWS = (256, 64, 16, 4)
ARITHMETIC = ("flop", "attention", "unpacked")
CALIBRATED = "sum of counted amounts × prices fitted to timed passes of this machine"


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Seconds per unit of each amount, for one precision."""

    precision: str
    seconds: dict[str, float]


def fit(cases: Sequence[SizeCase], seconds: Sequence[float]) -> Prices:
    """The prices that explain these timed passes, all of one precision, best.

    Minimises Σ (predicted / measured − 1)² over prices ≥ 0.
    """
    rows = [amounts(case) for case in cases]
    names = list(rows[0])
    counted = np.array([[row[name] for name in names] for row in rows])  # [cases, amounts]
    found = nonnegative(counted / np.array(seconds)[:, None])
    return Prices(
        precision=cases[0].precision,
        seconds={name: float(price) for name, price in zip(names, found, strict=True)},
    )


def predict(prices: Prices, case: SizeCase) -> Prediction:
    """The time of a pass, split as everywhere: weights, kv, arithmetic, overhead."""
    counted = amounts(case)
    parts = dict.fromkeys(PARTS, 0.0)
    weights, kv = _moved(case)
    for name, amount in counted.items():
        seconds = amount * prices.seconds[name]
        kind = re.split("[@<>]", name)[0]
        if kind == "bytes":
            parts["weights"] += seconds * weights / (weights + kv)
            parts["kv"] += seconds * kv / (weights + kv)
        elif kind == "kv":
            parts["kv"] += seconds
        else:
            parts["arithmetic" if kind in ARITHMETIC else "overhead"] += seconds
    return Prediction(total_s=sum(parts.values()), formula=CALIBRATED, parts_s=parts)


def amounts(case: SizeCase) -> dict[str, float]:
    """What a pass has of each thing that costs time."""
    config, decode, rows = case.config, case.phase == "decode", case.batch * case.new_tokens
    step = _step(case)
    passed = step.operators()
    products = sum(o.flops for o in passed if o.name != "attention")
    attention = sum(o.flops for o in passed if o.name == "attention")
    shared = [o for part in step.layers() for o in part if o.flops > 2 * SHARED_ABOVE]
    read_back = case.precision in ("int8", "int4") and rows > READ_BACK_ABOVE
    weights, kv = _moved(case)
    far, low = _beyond(weights + kv, WORKING_SETS), _beyond(rows, ROWS)
    return {
        "layers@decode": config.n_layers * decode,
        "layers@prefill": config.n_layers * (not decode),
        "products": len(shared) * decode,
        "sequences": config.n_layers * case.batch * decode,
        "bytes": weights + kv,
        **{f"bytes>{knot / 1e6:.0f}MB": (weights + kv) * share for knot, share in far.items()},
        "kv": kv * decode,
        "flop": products * (rows > 1),
        **{f"flop<{knot:.0f}rows": products * share * (rows > 1) for knot, share in low.items()},
        "unpacked": products / (2 * rows) * read_back,
        "read-backs": 4 * config.n_layers * read_back,
        "activations": sum(o.activation_bytes for o in passed),
        "attention": attention * (not decode),
    }


def _step(case: SizeCase) -> Step:
    scheme = formats.of_recipe(case.precision, 4 if case.precision == "fp32" else 2)
    return operators.step(
        case.config, case.new_tokens, case.context, batch=case.batch, scheme=scheme
    )


def _moved(case: SizeCase) -> tuple[float, float]:
    """Bytes of weights and of KV that a pass goes through."""
    passed = _step(case).operators()
    return sum(o.weight_bytes for o in passed), sum(o.kv_bytes for o in passed)


def _beyond(value: float, knots: Sequence[float]) -> dict[float, float]:
    """Per knot but the last: 0 on its near side, 1 from the next knot on, log(value) between."""
    pairs = itertools.pairwise(knots)
    return {
        here: min(1.0, max(0.0, math.log(value / here) / math.log(there / here)))
        for here, there in pairs
    }


def nonnegative(counted: np.ndarray, rounds: int = 3_000) -> np.ndarray:
    """x ≥ 0 with the least |counted · x − 1|², one coordinate after another [amounts]."""
    scale = np.maximum(np.linalg.norm(counted, axis=0), 1e-300)
    scaled = counted / scale
    gram, target = scaled.T @ scaled, scaled.sum(axis=0)
    x = np.zeros(len(target))
    for _ in range(rounds):
        for j in range(len(x)):
            if gram[j, j] > 0:
                x[j] = max(0.0, x[j] + (target[j] - gram[j] @ x) / gram[j, j])
    return np.asarray(x / scale)
