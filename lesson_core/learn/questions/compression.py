"""Cards on compression: what a grouped format weighs, and what fewer bytes can gain at most."""

import random
from typing import Any

from lesson_core.schema.question import Posed
from lesson_core.theory.grids import bits_per_weight


def size(seed: int, **given: Any) -> Posed:
    """Weights × (bits + 32 / group) / 8, in GB."""
    draw = random.Random(f"compression.size:{seed}")
    params_b = draw.choice((1.7, 3.2, 7.2, 8.0, 13.0, 32.8, 70.6))
    bits, group = draw.choice((3, 4, 4, 8)), draw.choice((32, 64, 128))
    bits, group = given.get("bits", bits), given.get("group", group)
    each = bits_per_weight(bits, group)
    answer = params_b * each / 8
    return Posed(
        id="compression.size",
        seed=seed,
        values={
            "params_b": f"{params_b:g}", "bits": bits, "group": group, "each": f"{each:g}",
        },
        answer=answer,
        unit="GB",
        rel_tol=0.01,
        slips={
            "no_scales": params_b * bits / 8,
            "scale_only": params_b * (bits + 16 / group) / 8,
            "bits": params_b * each,
        },
    )  # fmt: skip


def gain(seed: int, **given: Any) -> Posed:
    """Amdahl: the step over what is left of it when only the reading shrinks."""
    draw = random.Random(f"compression.gain:{seed}")
    step, share = draw.choice((8, 10, 16, 20, 25, 40)), draw.choice((50, 60, 75, 80, 90))
    bits = given.get("bits", draw.choice((4, 8)))
    share = given.get("share", share)
    less, read = 16 / bits, step * share / 100
    after = step - read + read / less
    return Posed(
        id="compression.gain",
        seed=seed,
        values={
            "step_ms": step, "share": share, "bits": bits, "less": f"{less:g}",
            "rest_ms": f"{step - read:g}", "read_ms": f"{read:g}", "after_ms": f"{after:.4g}",
        },
        answer=step / after,
        unit="",
        rel_tol=0.02,
        slips={"all_of_it": less, "no_rest": step * less / read},
    )  # fmt: skip


def rounding(seed: int) -> Posed:
    """Half a step of symmetric rounding: max / (2^(b−1) − 1) / 2, in thousandths."""
    draw = random.Random(f"compression.rounding:{seed}")
    largest, bits = draw.choice((254, 381, 508, 635, 1270)), draw.choice((4, 8))
    levels = 2 ** (bits - 1) - 1
    step = largest / levels
    return Posed(
        id="compression.rounding",
        seed=seed,
        values={
            "largest": f"{largest / 1000:g}", "bits": bits, "levels": levels,
            "step": f"{step / 1000:.3g}",
        },
        answer=step / 2,
        unit="",
        rel_tol=0.005,
        slips={"whole_step_of_it": step, "all_levels": largest / 2**bits},
    )  # fmt: skip


def two_to_four(seed: int) -> Posed:
    """MB of a matrix in 2:4: half of its 16-bit values and two bits of place for each kept one."""
    draw = random.Random(f"compression.two-to-four:{seed}")
    d_in, d_out = draw.choice((1024, 2048, 4096, 8192)), draw.choice((1024, 4096, 11008, 14336))
    kept = d_in * d_out / 2
    return Posed(
        id="compression.two-to-four",
        seed=seed,
        values={
            "d_in": d_in, "d_out": d_out, "kept_m": f"{kept / 1e6:.4g}",
            "dense_mb": f"{4 * kept / 1e6:.4g}",
        },
        answer=kept * 2.25 / 1e6,
        unit="MB",
        rel_tol=0.02,
        slips={"no_places": kept * 2 / 1e6, "nothing_left_out": 4 * kept / 1e6},
    )  # fmt: skip
