"""Cards on carrying and on learning to learn: distance, practice, meta-gradient, interval."""

import math
import random

from lesson_core.schema.question import Posed


def distance(seed: int) -> Posed:
    """|s − t|² = 2 − 2 cos for vectors of length 1."""
    cosine = random.Random(f"how-zero-shot.distance:{seed}").randrange(60, 96) / 100
    loss = 1 - cosine
    return Posed(
        id="how-zero-shot.distance",
        seed=seed,
        values={"cosine": f"{cosine:.2f}", "loss": f"{loss:.2f}"},
        answer=2 * loss,
        unit="",
        slips={"half_distance": loss, "distance_root": math.sqrt(2 * loss)},
    )


def practice(seed: int) -> Posed:
    """Labelled sentences that a meta-learner reads: episodes · N · (K + Q)."""
    draw = random.Random(f"how-zero-shot.practice:{seed}")
    rounds, at_once = draw.randrange(50, 200, 10), draw.choice((2, 4, 8))
    ways, shots, asked = draw.choice((3, 5, 10)), draw.choice((1, 2, 5)), draw.choice((10, 15))
    drawn, each = rounds * at_once, ways * (shots + asked)
    return Posed(
        id="how-zero-shot.practice",
        seed=seed,
        values={
            "rounds": rounds, "at_once": at_once, "ways": ways, "shots": shots, "asked": asked,
            "episodes": f"{drawn:,}", "each": each,
        },
        answer=drawn * each,
        unit="",
        slips={"support_only": drawn * ways * shots, "no_classes": drawn * (shots + asked)},
    )  # fmt: skip


def meta(seed: int) -> Posed:
    """d ½a(θ' − c)² / dθ with θ' = θ − α·a(θ − b): a(θ' − c)(1 − α·a)."""
    draw = random.Random(f"how-zero-shot.meta:{seed}")
    curve, rate, begun = draw.choice((2, 3, 4)), draw.choice((0.05, 0.1, 0.15)), draw.choice((4, 6))
    support, query = draw.choice((1, 2)), draw.choice((0, 0.5))
    reached = begun - rate * curve * (begun - support)
    slope, through = curve * (reached - query), 1 - rate * curve
    return Posed(
        id="how-zero-shot.meta",
        seed=seed,
        values={
            "curve": curve, "rate": f"{rate:g}", "begun": begun, "support": support,
            "query": f"{query:g}", "reached": f"{reached:g}", "slope": f"{slope:g}",
            "through": f"{through:g}",
        },
        answer=through * slope,
        unit="",
        slips={"first_order": slope, "no_inner_step": curve * (begun - query)},
    )  # fmt: skip


def episodes(seed: int) -> Posed:
    """1.96 · deviation / √n, in points."""
    draw = random.Random(f"how-zero-shot.episodes:{seed}")
    n, deviation = draw.choice((16, 25, 64, 100, 400)), draw.randrange(6, 16)
    return Posed(
        id="how-zero-shot.episodes",
        seed=seed,
        values={"n": n, "deviation": deviation, "root": f"{math.sqrt(n):g}"},
        answer=1.96 * deviation / math.sqrt(n),
        unit="",
        slips={"no_root_of_n": 1.96 * deviation / n, "one_deviation": deviation / math.sqrt(n)},
    )
