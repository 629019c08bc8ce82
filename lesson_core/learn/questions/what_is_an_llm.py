"""Cards on what an LLM is: a probability after temperature, and the table's share."""

import math
import random

from lesson_core.schema.question import Posed


def temperature(seed: int) -> Posed:
    """The first of three tokens after dividing the logits by the temperature, in percent."""
    draw = random.Random(f"what-is-an-llm.temperature:{seed}")
    a = draw.choice((2.5, 3.0, 3.5, 4.0))
    b = a - draw.choice((0.5, 1.0, 1.5))
    logits = (a, b, b - draw.choice((0.5, 1.0)))
    t = draw.choice((0.5, 2.0, 0.8, 1.5))
    return Posed(
        id="what-is-an-llm.temperature",
        seed=seed,
        values={
            **{f"logit_{name}": f"{x:g}" for name, x in zip("abc", logits, strict=True)},
            "temperature": f"{t:g}",
            "at_one": f"{_first(logits, 1.0):.1f}",
        },
        answer=_first(logits, t),
        unit="%",
        slips={"ignored": _first(logits, 1.0), "multiplied": _first(logits, 1 / t)},
    )


def table(seed: int) -> Posed:
    """vocab_size × d_model over all parameters, in percent."""
    draw = random.Random(f"what-is-an-llm.table:{seed}")
    vocab, d = draw.choice((32_000, 49_152, 128_256)), draw.choice((1024, 1536, 2048))
    in_table = vocab * d
    total_m = round((in_table + draw.choice((12, 16, 24)) * 12 * d * d) / 1e6)
    answer = 100 * in_table / (total_m * 1e6)
    return Posed(
        id="what-is-an-llm.table",
        seed=seed,
        values={
            "vocab_size": vocab,
            "d_model": d,
            "total_m": total_m,
            "table_m": f"{in_table / 1e6:.1f}",
        },
        answer=answer,
        unit="%",
        slips={"twice": 2 * answer},
    )


def _first(logits: tuple[float, ...], t: float) -> float:
    weights = [math.exp(logit / t) for logit in logits]
    return 100 * weights[0] / sum(weights)
