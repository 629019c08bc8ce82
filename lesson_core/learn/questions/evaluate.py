"""Cards on evaluation: the weighted mean, bits per byte, the share of padding."""

import math
import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory.perplexity import (
    Batch,
    bits_per_byte,
    mean_of_means,
    per_token,
    perplexity,
)


def mean(seed: int, **given: Any) -> Posed:
    """The perplexity of two batches of unequal size."""
    draw = random.Random(f"evaluate.mean:{seed}")
    sizes = draw.choice((100, 120, 150, 200)), draw.choice((10, 20, 30))
    sizes = sizes[0], given.get("tokens_b", sizes[1])
    losses = draw.randrange(15, 25) / 10, draw.randrange(35, 46) / 10
    losses = losses[0], given.get("loss_b", losses[1])
    batches = [Batch(tokens=n, loss=x) for n, x in zip(sizes, losses, strict=True)]
    right, wrong = per_token(batches), mean_of_means(batches)
    return Posed(
        id="evaluate.mean",
        seed=seed,
        values={
            "tokens_a": sizes[0], "tokens_b": sizes[1], "tokens": sum(sizes),
            "loss_a": f"{losses[0]:.1f}", "loss_b": f"{losses[1]:.1f}",
            "loss": f"{right:.4g}", "wrong": f"{perplexity(wrong):.3g}",
        },
        answer=perplexity(right),
        unit="",
        slips={
            "mean_of_means": perplexity(wrong),
            "mean_of_perplexities": sum(perplexity(x) for x in losses) / 2,
            "no_exponential": right,
        },
    )  # fmt: skip


def per_byte(seed: int) -> Posed:
    """Bits per byte from a loss per token."""
    draw = random.Random(f"evaluate.per-byte:{seed}")
    tokens, width = draw.randrange(200, 900, 50), draw.randrange(34, 50) / 10
    size, loss = round(tokens * width), draw.randrange(20, 40) / 10
    return Posed(
        id="evaluate.per-byte",
        seed=seed,
        values={
            "size": size, "tokens": tokens, "loss": f"{loss:.1f}",
            "nats": f"{tokens * loss:.0f}", "bits": f"{tokens * loss / math.log(2):.0f}",
        },
        answer=bits_per_byte(loss, tokens, size),
        unit="",
        slips={
            "nats_for_bits": loss * tokens / size,
            "per_token_bits": loss / math.log(2),
        },
    )  # fmt: skip


def padding(seed: int) -> Posed:
    """Which share of a padded batch is no text, in percent."""
    draw = random.Random(f"evaluate.padding:{seed}")
    rows = draw.sample(range(6, 40), 4)
    positions = 4 * max(rows)
    return Posed(
        id="evaluate.padding",
        seed=seed,
        values={
            **dict(zip("abcd", rows, strict=True)), "longest": max(rows), "positions": positions,
            "text": sum(rows), "padding": positions - sum(rows),
        },
        answer=100 * (1 - sum(rows) / positions),
        unit="%",
        slips={
            "text_for_padding": 100 * sum(rows) / positions,
            "against_text": 100 * (positions - sum(rows)) / sum(rows),
        },
    )  # fmt: skip


def knows_nothing(seed: int) -> Posed:
    """The cross-entropy of a model that finds every token equally likely: ln V, in nats."""
    draw = random.Random(f"evaluate.knows-nothing:{seed}")
    name, vocabulary = draw.choice((
        ("GPT-2", 50_257), ("SmolLM2", 49_152), ("Llama 2", 32_000), ("Llama 3", 128_256),
        ("Qwen3", 151_936),
    ))  # fmt: skip
    return Posed(
        id="evaluate.knows-nothing",
        seed=seed,
        values={"model": name, "vocabulary": vocabulary},
        answer=math.log(vocabulary),
        unit="",
        rel_tol=0.005,
        slips={"in_bits": math.log2(vocabulary), "in_tens": math.log10(vocabulary)},
    )
