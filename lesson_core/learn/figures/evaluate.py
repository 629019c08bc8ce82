"""Numbers of the evaluation lesson: the two batches, and a test set on a big model."""

from lesson_core.theory import costs, tables
from lesson_core.theory.lab_texts import lab_text
from lesson_core.theory.perplexity import EXAMPLE, mean_of_means, per_token, perplexity

TOKENS, WINDOW = 300_000, 4096  # of the test set, of what is read at once


def evaluate() -> dict[str, str]:
    """`e_…`: right and wrong perplexity of the example; seconds to score a set on an H100."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    flop = costs.weights_read_per_step(config, 2)  # 2 bytes and 2 FLOP per weight and token
    seconds = flop / h100.flops["bf16"]
    return {
        "e_words": f"{len(lab_text('en').split())}",
        "e_vocab": f"{tables.models()['SmolLM2-135M'].vocab_size:,}",
        "e_right": f"{perplexity(per_token(EXAMPLE)):.2f}",
        "e_wrong": f"{perplexity(mean_of_means(EXAMPLE)):.2f}",
        "e_flop": f"{flop / 1e9:.0f}",
        "e_tokens": f"{TOKENS:,}",
        "e_window": f"{WINDOW:,}",
        "e_half": f"{WINDOW // 2:,}",
        "e_plain_s": f"{TOKENS * seconds:.0f}",
        "e_half_s": f"{2 * TOKENS * seconds:.0f}",
        "e_one_h": f"{TOKENS * WINDOW * seconds / 3600:.0f}",
    }
