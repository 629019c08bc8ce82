"""Cards on batching: slots that wait for the longest answer, and room that paging saves."""

import random

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
