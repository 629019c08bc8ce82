"""Cards on what an LLM is: sampling, parameters, and tokens of two languages."""

import math
import random

from lesson_core.schema.question import Posed
from lesson_core.theory import costs, tables

NUCLEI = (
    (41, 22, 13, 9, 6, 5), (34, 24, 17, 11, 7, 4), (52, 16, 11, 7, 6, 5), (28, 25, 19, 13, 8, 4),
)  # fmt: skip
"""Probabilities in percent whose sums never meet a top-p exactly."""


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


def nucleus(seed: int) -> Posed:
    """How many tokens top-p leaves, counted from the likeliest."""
    draw = random.Random(f"what-is-an-llm.nucleus:{seed}")
    percents = draw.choice(NUCLEI)
    top_p = draw.choice((60, 70, 80, 90, 95))
    kept, total = 0, 0
    while total < top_p:
        total += percents[kept]
        kept += 1
    return Posed(
        id="what-is-an-llm.nucleus",
        seed=seed,
        values={
            "percents": ", ".join(f"{percent} %" for percent in percents),
            "top_p": f"{top_p / 100:g}",
            "total": total, "before": total - percents[kept - 1],
        },
        answer=float(kept),
        unit="",
        rel_tol=0.01,
        slips={"stopped_before": kept - 1.0, "all_of_the_list": float(len(percents))},
    )  # fmt: skip


def layer_count(seed: int) -> Posed:
    """Parameters of one layer without norms: attention with GQA and a gated feed-forward part."""
    draw = random.Random(f"what-is-an-llm.layer-count:{seed}")
    name = draw.choice(("Llama-3.1-8B", "Qwen3-8B", "Llama-3.2-3B", "SmolLM2-360M", "Llama-3.2-1B"))
    config = tables.models()[name]
    d, ff = config.d_model, config.d_ff
    q, kv = config.n_heads * config.d_head, config.n_kv_heads * config.d_head
    attention, feed_forward = 2 * d * q + 2 * d * kv, 3 * d * ff
    total = sum(d_in * d_out for d_in, d_out in costs.matrices(config))
    return Posed(
        id="what-is-an-llm.layer-count",
        seed=seed,
        values={
            "model": name, "d_model": d, "d_ff": ff, "n_heads": config.n_heads,
            "n_kv_heads": config.n_kv_heads, "d_head": config.d_head,
            "attention_m": f"{attention / 1e6:.2f}", "ff_m": f"{feed_forward / 1e6:.2f}",
        },
        answer=float(total),
        unit="",
        rel_tol=0.01,
        slips={
            "two_matrices": float(attention + 2 * d * ff),
            "as_many_kv_heads": float(4 * d * q + feed_forward),
        },
    )  # fmt: skip


def two_languages(seed: int) -> Posed:
    """How many times as long the same message takes to decode in the other language."""
    draw = random.Random(f"what-is-an-llm.two-languages:{seed}")
    english, chinese = draw.randrange(120, 300, 20), draw.randrange(180, 720, 20)
    tpot, ttft = draw.choice((10, 20, 25, 40)), draw.choice((100, 200, 400))
    times = [ttft + (n - 1) * tpot for n in (english, chinese)]
    return Posed(
        id="what-is-an-llm.two-languages",
        seed=seed,
        values={
            "english": english, "chinese": chinese, "ttft_ms": ttft, "tpot_ms": tpot,
            "english_ms": times[0], "chinese_ms": times[1],
        },
        answer=times[1] / times[0],
        unit="×",
        rel_tol=0.01,
        slips={"tokens_only": chinese / english},
    )  # fmt: skip
