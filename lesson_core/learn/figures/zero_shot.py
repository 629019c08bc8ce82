"""Numbers of the zero-shot lesson: the labelled set, and an 8B model that scores labels."""

from lesson_core.theory import costs, tables
from lesson_core.theory.labelled_sentences import sentences, topics

TEXT, LABELS, MANY, TOKENS = 300, 20, 200, 3  # tokens of a text; labels; tokens of each label


def zero_shot() -> dict[str, str]:
    """`z_…`: chance among the classes; token-passes and milliseconds with and without sharing."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    reading = costs.weights_read_per_step(config, 2)  # bytes in bf16, and FLOP per token
    per_token = reading / h100.flops["bf16"]  # seconds
    least = reading / h100.bandwidth
    shared, many = TEXT + LABELS * (TOKENS - 1), TEXT + MANY * (TOKENS - 1)
    whole, many_whole = LABELS * (TEXT + TOKENS), MANY * (TEXT + TOKENS)
    passes = (TEXT, LABELS * (TOKENS - 1))  # the prompt, then all labels; each reads every weight
    seconds = sum(max(least, tokens * per_token) for tokens in passes)
    classes = len(topics("en"))
    return {
        "z_classes": f"{classes}",
        "z_sentences": f"{len(sentences('en'))}",
        "z_chance": f"{100 / classes:.1f}",
        "z_text": f"{TEXT}",
        "z_labels": f"{LABELS}",
        "z_tokens": f"{TOKENS}",
        "z_shared": f"{shared:,}",
        "z_whole": f"{whole:,}",
        "z_shared_ms": f"{seconds * 1e3:.0f}",
        "z_whole_ms": f"{whole * per_token * 1e3:.0f}",
        "z_many": f"{MANY}",
        "z_many_shared": f"{many:,}",
        "z_many_whole": f"{many_whole:,}",
        "z_many_share": f"{100 * (many - TEXT) / many:.0f}",
    }
