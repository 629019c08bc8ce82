"""Cards on serving: cards that a load needs, what a million tokens cost, a doubled peak."""

import math
import random
from typing import Any

from lesson_core.schema.question import Posed


def cost(seed: int, **given: Any) -> Posed:
    """Dollars per hour over tokens per hour."""
    draw = random.Random(f"planner.cost:{seed}")
    price = given.get("price", draw.choice((0.8, 1.5, 2.5, 4.0)))
    count = draw.choice((2, 4, 8))
    rate = draw.choice((250, 400, 900, 1600, 2500))  # tok/s of all sequences together
    rate = given.get("rate", rate)
    answer = price * count / (rate * 3600) * 1e6
    return Posed(
        id="planner.cost",
        seed=seed,
        values={"price": f"{price:.2f}", "cards": count, "rate": f"{rate:,}"},
        answer=answer,
        unit="$",
        slips={"one_card": answer / count, "no_hour": answer * 3600},
    )


def cards(seed: int, **given: Any) -> Posed:
    """Weights and caches over nine tenths of a card, rounded up."""
    draw = random.Random(f"planner.cards:{seed}")
    weights = given.get("weights_gb", draw.choice((65, 70, 141, 145, 235)))
    sequence = draw.choice((2.7, 3.2, 5.4))
    users = given.get("users", draw.choice((48, 64)))
    memory = draw.choice((80, 96, 141))
    need = weights + users * sequence
    answer = math.ceil(need / (0.9 * memory))
    return Posed(
        id="planner.cards",
        seed=seed,
        values={
            "weights_gb": f"{weights:g}",
            "sequence_gb": f"{sequence:.1f}",
            "users": users,
            "memory_gb": memory,
            "need_gb": f"{need:.1f}",
            "usable_gb": f"{0.9 * memory:.1f}",
        },
        answer=float(answer),
        unit="",
        rel_tol=0.001,
        slips={"no_caches": float(math.ceil(weights / (0.9 * memory)))},
    )


def sparse(seed: int) -> Posed:
    """FLOP of a prefill over half of the printed peak, at what software reaches of it."""
    draw = random.Random(f"planner.sparse:{seed}")
    params = draw.choice((8, 14, 32, 70))
    prompt = draw.choice((1000, 2000, 4000))
    printed = draw.choice((624, 1979, 4500))
    share = draw.choice((40, 50, 60))
    flop = 2 * params * 1e9 * prompt
    answer = flop / (printed / 2 * 1e12 * share / 100) * 1e3
    return Posed(
        id="planner.sparse",
        seed=seed,
        values={
            "params_b": params,
            "prompt": f"{prompt:,}",
            "printed": f"{printed:,}",
            "dense": f"{printed / 2:,.5g}",
            "share": share,
            "tflop": f"{flop / 1e12:,.4g}",
        },
        answer=answer,
        unit="ms",
        slips={"sparse": answer / 2, "all_of_it_reached": answer * share / 100},
    )


def swap(seed: int, **given: Any) -> Posed:
    """Milliseconds to bring a preempted sequence's cache back over PCIe."""
    draw = random.Random(f"planner.swap:{seed}")
    context, kib = draw.choice((2048, 4096, 8192, 16384)), draw.choice((64, 112, 128, 160, 320))
    link = given.get("link_gbs", draw.choice((20, 25, 50)))
    context = given.get("context", context)
    size = context * kib * 1024
    return Posed(
        id="planner.swap",
        seed=seed,
        values={
            "context": context, "kv_kib": kib, "link_gbs": link, "size_gb": f"{size / 1e9:.3g}",
        },
        answer=1e3 * size / (link * 1e9),
        unit="ms",
        slips={"bits": 8e3 * size / (link * 1e9), "there_and_back": 2e3 * size / (link * 1e9)},
    )  # fmt: skip


def recompute(seed: int) -> Posed:
    """How many times as long computing a context again takes as bringing its cache back."""
    draw = random.Random(f"planner.recompute:{seed}")
    params, kib = draw.choice(((8, 128), (14, 160), (32, 256)))
    context, link = draw.choice((4096, 8192, 16384)), draw.choice((20, 25, 50))
    tflops = draw.choice((300, 400, 500))
    back = 1e3 * context * kib * 1024 / (link * 1e9)  # ms
    again = 1e3 * 2 * params * 1e9 * context / (tflops * 1e12)  # ms
    return Posed(
        id="planner.recompute",
        seed=seed,
        values={
            "params_b": params, "kv_kib": kib, "context": context, "link_gbs": link,
            "tflops": tflops, "back_ms": f"{back:.3g}", "again_ms": f"{again:.3g}",
        },
        answer=again / back,
        unit="×",
        rel_tol=0.04,
        slips={"one_flop": again / back / 2, "inverse_of_it": back / again},
    )  # fmt: skip
