"""Cards on batching: slots that wait for the longest answer, and room that paging saves."""

import math
import random
from typing import Any

from lesson_core.schema.question import Posed


def idle(seed: int) -> Posed:
    """1 − useful steps / (longest × slots), in percent."""
    draw = random.Random(f"batching.idle:{seed}")
    slots = draw.choice((4, 5, 6))
    lengths = [draw.choice((5, 10, 15, 20, 25, 30)) for _ in range(slots - 1)]
    lengths.append(draw.choice((60, 80, 100)))
    draw.shuffle(lengths)
    longest, useful = max(lengths), sum(lengths)
    steps = longest * slots
    return Posed(
        id="batching.idle",
        seed=seed,
        values={
            "slots": slots,
            "lengths": ", ".join(map(str, lengths)),
            "longest": longest,
            "steps": steps,
            "useful": useful,
            "empty": steps - useful,
        },
        answer=100 * (1 - useful / steps),
        unit="%",
        rel_tol=0.02,
        slips={"full_ones": 100 * useful / steps},
    )


def blocks(seed: int) -> Posed:
    """Contiguous reservations less whole blocks, in tokens."""
    draw = random.Random(f"batching.blocks:{seed}")
    sequences, block = draw.choice((8, 16, 32)), draw.choice((16, 32))
    max_len, tokens = draw.choice((2048, 4096)), draw.randrange(100, 900)
    each = -(-tokens // block)
    contiguous, paged = sequences * max_len, sequences * each * block
    return Posed(
        id="batching.blocks",
        seed=seed,
        values={
            "sequences": sequences,
            "tokens": tokens,
            "max_len": f"{max_len:,}",
            "block": block,
            "blocks": each,
            "contiguous": f"{contiguous:,}",
            "paged": f"{paged:,}",
        },
        answer=float(contiguous - paged),
        unit="",
        rel_tol=0.0005,
        slips={
            "no_last_block": float(contiguous - sequences * tokens),
            "what_is_kept": float(paged),
        },
    )


def chunks(seed: int, **given: Any) -> Posed:
    """Iterations until a prompt is read when each has a token budget shared with decodes."""
    draw = random.Random(f"batching.chunks:{seed}")
    prompt = draw.choice((3000, 5000, 8000, 12000))
    budget = given.get("budget", draw.choice((512, 1024, 2048)))
    decodes = given.get("decodes", draw.choice((16, 32, 48, 64)))
    return Posed(
        id="batching.chunks",
        seed=seed,
        values={"prompt": prompt, "budget": budget, "decodes": decodes, "left": budget - decodes},
        answer=float(math.ceil(prompt / (budget - decodes))),
        unit="",
        rel_tol=0.001,
        slips={
            "decodes_forgotten": float(math.ceil(prompt / budget)),
            "rounded_down": float(prompt // (budget - decodes)),
        },
    )


def copies(seed: int) -> Posed:
    """Blocks of n samples of one prompt after each has written its first token."""
    draw = random.Random(f"batching.copies:{seed}")
    block, samples = draw.choice((8, 16)), draw.choice((2, 4, 8))
    full, some = draw.randrange(6, 40), draw.randrange(1, block)
    prompt = full * block + some
    return Posed(
        id="batching.copies",
        seed=seed,
        values={
            "block": block, "samples": samples, "prompt": prompt, "full": full, "some": some,
            "alone": samples * (full + 1),
        },
        answer=float(full + samples),
        unit="",
        rel_tol=0.001,
        slips={"nothing_shared": float(samples * (full + 1)), "all_shared": full + 1.0},
    )  # fmt: skip
