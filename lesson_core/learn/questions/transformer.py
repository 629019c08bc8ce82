"""Cards on a first Transformer: the first loss, loud scores, what a causal mask allows."""

import math
import random

from lesson_core.schema.question import Posed


def loss(seed: int) -> Posed:
    """The loss of a model that knows nothing."""
    classes = random.Random(f"transformer.loss:{seed}").choice(
        (64, 256, 1000, 8192, 32_000, 50_257, 128_256, 151_936)
    )
    return Posed(
        id="transformer.loss",
        seed=seed,
        values={"classes": f"{classes:,}"},
        answer=math.log(classes),
        unit="",
        slips={"bits_for_nats": math.log2(classes)},
    )


def loud(seed: int) -> Posed:
    """The same where the scores vary by σ."""
    draw = random.Random(f"transformer.loud:{seed}")
    classes, sigma = draw.choice((64, 256, 1000, 8192)), draw.choice((0.8, 1.0, 1.2, 1.4, 1.6))
    quiet = math.log(classes)
    return Posed(
        id="transformer.loud",
        seed=seed,
        values={"classes": f"{classes:,}", "sigma": f"{sigma:g}", "quiet": f"{quiet:.3f}",
                "half": f"{sigma**2 / 2:.3f}"},
        answer=quiet + sigma**2 / 2,
        unit="",
        slips={"only_classes": quiet, "whole_variance": quiet + sigma**2},
    )  # fmt: skip


def mask(seed: int) -> Posed:
    """How many pairs of a sequence a causal mask leaves."""
    length = random.Random(f"transformer.mask:{seed}").choice((8, 12, 16, 20, 32, 64, 100))
    return Posed(
        id="transformer.mask",
        seed=seed,
        values={"length": length, "next": length + 1},
        answer=length * (length + 1) / 2,
        unit="",
        rel_tol=0.001,
        slips={"all_pairs": length**2, "without_itself": length * (length - 1) / 2},
    )
