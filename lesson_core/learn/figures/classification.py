"""Numbers of the classification lesson: one long text, a short one, an 8B model and an encoder."""

import math

from lesson_core.theory import costs, tables
from lesson_core.theory.labelled_sentences import sentences, topics
from lesson_core.theory.recorded import recorded

LAYERS, WIDTH, D_FF = 6, 384, 1536  # all-MiniLM-L6-v2
LONG, SHORT, MILLION = 300, 20, 1_000_000  # tokens of a text; texts
LEARNED = 13  # of each class, as the page begins


def classification() -> dict[str, str]:
    """`cl_…`: classes and sentences of the page; time per text on an H100 for two models."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    reading = costs.weights_read_per_step(config, 2)  # bytes in bf16, and FLOP per token
    encoder = LAYERS * (4 * WIDTH * WIDTH + 2 * WIDTH * D_FF)  # weights that a token meets
    compute = h100.flops["bf16"]
    long_s, small_s = LONG * reading / compute, LONG * 2 * encoder / compute
    least_s, short_s = reading / h100.bandwidth, SHORT * reading / compute
    return {
        "cl_classes": f"{len(topics('en'))}",
        "cl_chance": f"{100 / len(topics('en')):.1f}",
        "cl_sentences": f"{len(sentences('en'))}",
        "cl_clinc": f"{100 * recorded('abilities')['classify']['clinc150']:.0f}",
        "cl_learned": f"{LEARNED}",
        "cl_long": f"{LONG}",
        "cl_short": f"{SHORT}",
        "cl_8b_ms": f"{long_s * 1e3:.1f}",
        "cl_small_us": f"{small_s * 1e6:.1f}",
        "cl_ratio": f"{reading / (2 * encoder):,.0f}",
        "cl_hours": f"{MILLION * long_s / 3600:.1f}",
        "cl_small_s": f"{MILLION * small_s:.0f}",
        "cl_least_ms": f"{least_s * 1e3:.1f}",
        "cl_short_ms": f"{short_s * 1e3:.2f}",
        "cl_batch": f"{math.ceil(least_s / short_s)}",
    }
