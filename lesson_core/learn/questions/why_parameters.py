"""Cards on scaling: an exponent from two losses, the optimal size, break-even, right in a row."""

import math
import random

from lesson_core.schema.question import Posed
from lesson_core.theory import in_a_row, scaling


def pose(seed: int) -> Posed:
    """The four cards in turn; the same seed draws the same numbers."""
    return (exponent, optimum, breakeven, row)[seed % 4](seed)


def exponent(seed: int) -> Posed:
    """ln(loss ratio) / ln(size ratio)."""
    draw = random.Random(f"why-parameters.exponent:{seed}")
    small, times = draw.choice((1, 2, 5, 10)), draw.choice((8, 10, 16, 32, 50))
    loss_small = draw.randrange(300, 400) / 100
    loss_large = round(loss_small * times ** -draw.choice((0.04, 0.06, 0.076, 0.09)), 2)
    top, bottom = math.log(loss_small / loss_large), math.log(times)
    return Posed(
        id="why-parameters.exponent",
        seed=seed,
        values={
            "n_small": small, "n_large": small * times, "loss_small": f"{loss_small:.2f}",
            "loss_large": f"{loss_large:.2f}", "top": f"{top:.4f}", "bottom": f"{bottom:.4f}",
        },
        answer=top / bottom,
        unit="",
        slips={"no_logs": (loss_small / loss_large) / times, "inverse_exponent": bottom / top},
    )  # fmt: skip


def optimum(seed: int) -> Posed:
    """The square root of C / 120, in billions."""
    draw = random.Random(f"why-parameters.optimum:{seed}")
    flop = draw.choice((3, 6, 12, 30, 60, 120, 500)) * 1e21
    per_token = scaling.TRAIN_FLOP * scaling.TOKENS_PER_PARAM
    n = math.sqrt(flop / per_token)
    return Posed(
        id="why-parameters.optimum",
        seed=seed,
        values={"flop": f"{flop / 1e21:g}", "tokens": f"{scaling.TOKENS_PER_PARAM * n / 1e9:.3g}"},
        answer=n / 1e9,
        unit="",
        slips={"no_root": flop / per_token / 1e18, "no_six": math.sqrt(flop / 20) / 1e9},
    )


def breakeven(seed: int) -> Posed:
    """Extra training over what each served token saves, in billions of tokens."""
    draw = random.Random(f"why-parameters.breakeven:{seed}")
    large, large_tokens, small, small_tokens = draw.choice(
        ((13, 260, 7, 700), (30, 600, 13, 2000), (70, 1400, 30, 4500), (8, 160, 3, 800))
    )
    train = [scaling.TRAIN_FLOP * n * t for n, t in ((large, large_tokens), (small, small_tokens))]
    extra, saved = train[1] - train[0], scaling.SERVE_FLOP * (large - small)
    return Posed(
        id="why-parameters.breakeven",
        seed=seed,
        values={
            "large_b": large, "large_t": f"{large_tokens:,}", "small_b": small,
            "small_t": f"{small_tokens:,}", "large_train": f"{train[0] / 1e3:g}",
            "small_train": f"{train[1] / 1e3:g}", "extra": f"{extra / 1e3:.4g}",
        },
        answer=extra / saved,
        unit="",
        slips={"all_training": train[1] / saved, "no_saving": extra / (2 * small)},
    )  # fmt: skip


def row(seed: int) -> Posed:
    """The ratio of two shares, to the power of the length."""
    draw = random.Random(f"why-parameters.row:{seed}")
    small, gain, k = (
        draw.choice((20, 25, 40, 50)),
        draw.choice((1.2, 1.4, 1.6)),
        draw.randrange(4, 11),
    )
    large = round(small * gain)
    answer = in_a_row.chain(large / small, k)
    return Posed(
        id="why-parameters.row",
        seed=seed,
        values={"small": small, "large": large, "k": k, "ratio": f"{large / small:g}"},
        answer=answer,
        unit="",
        slips={"single_token": large / small, "added_up": k * large / small},
    )
