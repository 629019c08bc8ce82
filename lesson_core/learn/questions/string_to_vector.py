"""Cards on strings and vectors: a mean with unknown words, a cosine, the bytes of a table."""

import math
import random

from lesson_core.schema.question import Posed


def mean(seed: int) -> Posed:
    """The first number of a string's vector, unknown words left out."""
    draw = random.Random(f"string-to-vector.mean:{seed}")
    known = [draw.randrange(20, 95, 5) / 100 for _ in range(3)]
    unknown = draw.randint(1, 3)
    total = sum(known)
    return Posed(
        id="string-to-vector.mean",
        seed=seed,
        values={
            "words": 3 + unknown, "unknown": unknown, "sum": f"{total:.2f}",
            **{name: f"{value:.2f}" for name, value in zip("abc", known, strict=True)},
        },
        answer=total / 3,
        unit="",
        slips={"unknown_as_zero": total / (3 + unknown), "sum_of_known": total},
    )  # fmt: skip


def cosine(seed: int) -> Posed:
    """The likeness of two vectors of two numbers."""
    draw = random.Random(f"string-to-vector.cosine:{seed}")
    one = draw.choice(((3, 4), (6, 8), (5, 12), (8, 6)))
    other = draw.choice(((4, 3), (12, 5), (8, 15)))
    dot = one[0] * other[0] + one[1] * other[1]
    lengths = math.hypot(*one), math.hypot(*other)
    return Posed(
        id="string-to-vector.cosine",
        seed=seed,
        values={
            "a": one[0], "b": one[1], "c": other[0], "d": other[1], "dot": dot,
            "one": f"{lengths[0]:g}", "other": f"{lengths[1]:g}",
        },
        answer=dot / (lengths[0] * lengths[1]),
        unit="",
        rel_tol=0.01,
        slips={"dot_product": dot, "one_length": dot / lengths[0]},
    )  # fmt: skip


def table(seed: int) -> Posed:
    """Megabytes of a table of word vectors in fp32."""
    draw = random.Random(f"string-to-vector.table:{seed}")
    words, width = draw.randrange(50, 500, 10) * 1000, draw.choice((50, 100, 200, 300))
    size = words * width * 4 / 1e6
    return Posed(
        id="string-to-vector.table",
        seed=seed,
        values={"words": f"{words:,}", "width": width, "numbers": f"{words * width / 1e6:g}"},
        answer=size,
        unit="MB",
        slips={"half_precision": size / 2, "no_bytes": size / 4},
    )
