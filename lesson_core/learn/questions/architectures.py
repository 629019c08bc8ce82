"""Cards on architectures: a latent cache, experts that a batch visits, a cache that travels."""

import random

from lesson_core.schema.question import Posed
from lesson_core.theory.experts import distinct


def latent(seed: int) -> Posed:
    """layers · (latent + rotated key) · bytes per number."""
    draw = random.Random(f"architectures.latent:{seed}")
    layers = draw.choice((24, 27, 48, 60, 61))
    rank, rope = draw.choice((256, 384, 512)), draw.choice((32, 64))
    each = draw.choice((1, 2))  # bytes
    return Posed(
        id="architectures.latent",
        seed=seed,
        values={"layers": layers, "rank": rank, "rope": rope, "bytes": each, "kept": rank + rope},
        answer=float(layers * (rank + rope) * each),
        unit="B",
        rel_tol=0.005,
        slips={
            "latent_twice": float(2 * layers * (rank + rope) * each),
            "no_shared_key": float(layers * rank * each),
            "per_layer": float((rank + rope) * each),
        },
    )


def visited(seed: int) -> Posed:
    """E · (1 − (1 − k/E)^B) distinct experts."""
    draw = random.Random(f"architectures.visited:{seed}")
    count, per_token = draw.choice(((8, 2), (16, 2), (32, 4), (64, 6), (128, 8)))
    tokens = draw.choice((4, 6, 8, 12))
    missed = (1 - per_token / count) ** tokens
    return Posed(
        id="architectures.visited",
        seed=seed,
        values={
            "count": count,
            "per_token": per_token,
            "tokens": tokens,
            "share": f"{1 - per_token / count:g}",
            "missed": f"{100 * missed:.1f}",
        },
        answer=distinct(count, per_token, tokens),
        unit="",
        rel_tol=0.02,
        slips={"visits": float(per_token * tokens), "missed_ones": count * missed},
    )


def transfer(seed: int) -> Posed:
    """tokens · bytes per token over the link's bytes per second, in milliseconds."""
    draw = random.Random(f"architectures.transfer:{seed}")
    prompt = draw.choice((2000, 4000, 8000, 16_000, 32_000))
    kib = draw.choice((64, 128, 160, 320))
    gbit = draw.choice((100, 200, 400))
    size = prompt * kib * 1024
    seconds = size / (gbit / 8 * 1e9)
    return Posed(
        id="architectures.transfer",
        seed=seed,
        values={
            "prompt": f"{prompt:,}",
            "kib": kib,
            "gbit": gbit,
            "size_gb": f"{size / 1e9:.3g}",
            "link_gb": f"{gbit / 8:g}",
        },
        answer=1e3 * seconds,
        unit="ms",
        rel_tol=0.02,
        slips={"link_bits": 1e3 * seconds / 8, "one_token": 1e3 * seconds / prompt},
    )
