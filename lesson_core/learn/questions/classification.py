"""Cards on classification: calibration error, size of a head, accuracy where one class rules."""

import random

from lesson_core.schema.question import Posed


def ece(seed: int) -> Posed:
    """The expected calibration error of three bins, in percent."""
    draw = random.Random(f"classification.ece:{seed}")
    sizes = draw.sample((100, 40, 20), 3)
    right = [draw.randrange(40, 55), draw.randrange(56, 70), draw.randrange(71, 84)]
    gaps = [draw.randrange(10, 15) if n == 100 else draw.randrange(2, 6) for n in sizes]
    sure = [a + gap for a, gap in zip(right, gaps, strict=True)]
    total = sum(sizes)
    weighted = sum(n * gap for n, gap in zip(sizes, gaps, strict=True))
    names = "abc"
    return Posed(
        id="classification.ece",
        seed=seed,
        values={
            **{f"n_{x}": n for x, n in zip(names, sizes, strict=True)},
            **{f"sure_{x}": s for x, s in zip(names, sure, strict=True)},
            **{f"right_{x}": r for x, r in zip(names, right, strict=True)},
            **{f"gap_{x}": g for x, g in zip(names, gaps, strict=True)},
            "total": total,
        },
        answer=weighted / total,
        unit="%",
        slips={
            "bins_alike": sum(gaps) / 3,
            "largest_gap": float(max(gaps)),
        },
    )  # fmt: skip


def head(seed: int) -> Posed:
    """Kilobytes of a linear head: a weight for each number and class, a bias for each class."""
    draw = random.Random(f"classification.head:{seed}")
    width, classes = draw.choice((100, 384, 768, 1024)), draw.choice((12, 20, 77, 150))
    numbers = (width + 1) * classes
    return Posed(
        id="classification.head",
        seed=seed,
        values={"width": width, "classes": classes, "numbers": numbers},
        answer=4 * numbers / 1e3,
        unit="kB",
        rel_tol=0.006,
        slips={
            "numbers_for_bytes": numbers / 1e3,
            "single_output": 4 * (width + 1) / 1e3,
        },
    )


def balanced(seed: int) -> Posed:
    """The mean of the classes' recalls, in percent, where one class is nearly everything."""
    draw = random.Random(f"classification.balanced:{seed}")
    large, small = draw.randrange(860, 960, 10), draw.randrange(20, 60, 5)
    found = draw.randrange(2, 10)
    hit = large - draw.randrange(2, 12)
    recalls = 100 * hit / large, 100 * found / small
    accuracy = 100 * (hit + found) / (large + small)
    return Posed(
        id="classification.balanced",
        seed=seed,
        values={
            "large": large, "small": small, "hit": hit, "found": found,
            "recall_large": f"{recalls[0]:.1f}", "recall_small": f"{recalls[1]:.1f}",
            "accuracy": f"{accuracy:.1f}",
        },
        answer=sum(recalls) / 2,
        unit="%",
        slips={"plain_accuracy": accuracy, "only_rare": recalls[1]},
    )  # fmt: skip
