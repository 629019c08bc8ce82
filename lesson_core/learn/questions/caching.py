"""Cards on caches: Che's approximation, mean latency, right answers."""

import math
import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory.caching import mean_latency, right_answers


def che(seed: int) -> Posed:
    """1 − exp(−p·t), in percent."""
    draw = random.Random(f"caching.che:{seed}")
    stay, every = draw.choice((40, 50, 80, 100, 200)), draw.choice((50, 80, 100, 200, 250))
    share = stay / every
    return Posed(
        id="caching.che",
        seed=seed,
        values={"stay": stay, "every": every, "share": f"{share:g}"},
        answer=100 * -math.expm1(-share),
        unit="%",
        rel_tol=0.02,
        slips={"has_left": 100 * math.exp(-share), "no_overlap": 100 * share},
    )


def latency(seed: int, **given: Any) -> Posed:
    """Look-up + hits · hit time + misses · miss time, in milliseconds."""
    draw = random.Random(f"caching.latency:{seed}")
    percent, miss = draw.choice((20, 30, 40, 60)), draw.choice((800, 1200, 2000, 3000))
    look = draw.choice((10, 20, 25))
    percent, look = given.get("percent", percent), given.get("look_ms", look)
    answer = mean_latency(percent / 100, hit_s=0.0, miss_s=miss, look_s=look)
    return Posed(
        id="caching.latency",
        seed=seed,
        values={"percent": percent, "miss_ms": f"{miss:,}", "look_ms": look,
                "misses": 100 - percent, "computed_ms": f"{answer - look:,.0f}"},
        answer=answer,
        unit="ms",
        rel_tol=0.004,
        slips={"hits_for_misses": look + percent / 100 * miss, "no_look": answer - look},
    )  # fmt: skip


def right(seed: int) -> Posed:
    """1 − (hits · precision + misses), in percent."""
    draw = random.Random(f"caching.right:{seed}")
    hits, false = draw.choice((20, 25, 40, 60)), draw.choice((2, 4, 5, 8, 10))
    return Posed(
        id="caching.right",
        seed=seed,
        values={"hits": hits, "false": false, "misses": 100 - hits,
                "precision": 100 - false},
        answer=100 * (1 - right_answers(hits / 100, 1 - false / 100)),
        unit="%",
        rel_tol=0.02,
        slips={"of_the_hits": float(false), "of_the_misses": (100 - hits) * false / 100},
    )  # fmt: skip


def prefix(seed: int, **given: Any) -> Posed:
    """Share of a prompt that a prefix cache of whole blocks serves, in percent."""
    draw = random.Random(f"caching.prefix:{seed}")
    shared, own = draw.randrange(300, 2000, 37), draw.choice((100, 150, 200, 400))
    block = given.get("block", draw.choice((16, 64, 128)))
    own = given.get("own", own)
    hit = shared // block * block
    return Posed(
        id="caching.prefix",
        seed=seed,
        values={
            "shared": shared, "own": own, "block": block, "blocks": shared // block, "hit": hit,
            "prompt": shared + own,
        },
        answer=100 * hit / (shared + own),
        unit="%",
        rel_tol=0.003,
        slips={
            "part_blocks": 100 * shared / (shared + own),
            "of_the_shared": 100 * hit / shared,
        },
    )  # fmt: skip
