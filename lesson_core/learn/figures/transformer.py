"""Numbers of the lesson on a first Transformer: first losses, small and large."""

import math

from lesson_core.theory import costs, tables

CLASSES = 13  # characters of the small model: ten digits, +, =, the end
STEP = 4_000_000  # tokens of one training step of the large one
PRINTED = 11.9  # nats, a first loss that an 8B run might print


def transformer() -> dict[str, str]:
    """`nn_…`: the first loss of a large model, and seconds of an H100 for one of its steps."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    parameters, knowing_nothing = costs.total_parameters(config), math.log(config.vocab_size)
    return {
        "nn_classes": f"{CLASSES}",
        "nn_llama_first": f"{knowing_nothing:.2f}",
        "nn_printed": f"{PRINTED}",
        "nn_sigma": f"{math.sqrt(2 * (PRINTED - knowing_nothing)):.1f}",
        "nn_step_m": f"{STEP // 10**6}",
        "nn_step_s": f"{6 * parameters * STEP / h100.flops['bf16']:.0f}",
        "nn_head_m": f"{config.d_model * config.vocab_size / 1e6:.0f}",
    }
