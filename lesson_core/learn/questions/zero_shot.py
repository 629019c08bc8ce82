"""Cards on zero-shot scores: above chance, softmax of cosines, length, prior."""

import math
import random

from lesson_core.schema.question import Posed
from lesson_core.theory import shares, zero_shot


def chance(seed: int) -> Posed:
    """(accuracy − 1/C) / (1 − 1/C), in percent."""
    draw = random.Random(f"zero-shot.chance:{seed}")
    classes, accuracy = draw.choice((4, 5, 8, 10)), draw.randrange(40, 90, 5)
    guessing = 100 / classes
    return Posed(
        id="zero-shot.chance",
        seed=seed,
        values={
            "classes": classes, "accuracy": accuracy, "chance": f"{guessing:g}",
            "above": f"{accuracy - guessing:g}", "room": f"{100 - guessing:g}",
        },
        answer=100 * shares.above_chance(accuracy / 100, classes),
        unit="%",
        slips={
            "chance_taken_off": accuracy - guessing,
            "against_all": 100 * (accuracy - guessing) / accuracy,
        },
    )  # fmt: skip


def share(seed: int) -> Posed:
    """softmax of three cosines at a temperature, the first one's share in percent."""
    draw = random.Random(f"zero-shot.share:{seed}")
    first = draw.randrange(32, 46)
    cosines = [first, first - draw.randrange(3, 9), first - draw.randrange(9, 20)]
    temperature = draw.choice((0.04, 0.05, 0.1))
    scores = [cosine / 100 for cosine in cosines]
    weights = [math.exp((score - scores[0]) / temperature) for score in scores]
    return Posed(
        id="zero-shot.share",
        seed=seed,
        values={
            **{name: f"{score:.2f}" for name, score in zip("abc", scores, strict=True)},
            "temperature": f"{temperature:g}",
            "behind_b": f"{(scores[0] - scores[1]) / temperature:.3g}",
            "behind_c": f"{(scores[0] - scores[2]) / temperature:.3g}",
            "sum": f"{sum(weights):.4g}",
        },
        answer=100 * zero_shot.shares(scores, temperature)[0],
        unit="%",
        slips={
            "no_temperature": 100 * zero_shot.shares(scores, 1.0)[0],
            "times_temperature": 100 * zero_shot.shares(scores, 1 / temperature)[0],
        },
    )


def length(seed: int) -> Posed:
    """By how many nats per token the longer label leads after dividing by its length."""
    draw = random.Random(f"zero-shot.length:{seed}")
    short = draw.randrange(30, 45) / 10
    long = [draw.randrange(35, 55) / 10, draw.randrange(5, 15) / 10, draw.randrange(2, 10) / 10]
    total, mean = sum(long), sum(long) / len(long)
    return Posed(
        id="zero-shot.length",
        seed=seed,
        values={
            "short": f"{short:.1f}", "total": f"{total:.1f}", "mean": f"{mean:.3g}",
            **{name: f"{value:.1f}" for name, value in zip("abc", long, strict=True)},
        },
        answer=short - mean,
        unit="",
        slips={"summed": short - total, "other_order": mean - short},
    )  # fmt: skip


def prior(seed: int) -> Posed:
    """How many times likelier the text makes the first label than the second."""
    draw = random.Random(f"zero-shot.prior:{seed}")
    told = [draw.randrange(50, 70) / 10, draw.randrange(35, 48) / 10]  # −log p(label | text)
    alone = [told[0] + draw.randrange(25, 35) / 10, told[1] + draw.randrange(5, 15) / 10]
    gains = [alone[i] - told[i] for i in range(2)]
    return Posed(
        id="zero-shot.prior",
        seed=seed,
        values={
            "told_a": f"{told[0]:.1f}", "told_b": f"{told[1]:.1f}",
            "alone_a": f"{alone[0]:.1f}", "alone_b": f"{alone[1]:.1f}",
            "gain_a": f"{gains[0]:.1f}", "gain_b": f"{gains[1]:.1f}",
        },
        answer=gains[0] - gains[1],
        unit="",
        slips={
            "no_prior": told[1] - told[0],
            "prior_added": -(told[0] + alone[0]) + told[1] + alone[1],
        },
    )  # fmt: skip
