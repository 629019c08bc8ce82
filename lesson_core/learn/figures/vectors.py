"""Numbers of the lesson on strings and vectors: GloVe's table beside that of an 8B model."""

from lesson_core.theory import costs, spelling, tables
from lesson_core.theory.lab_texts import lab_text

WORDS, WIDTH = 341_479, 100  # of the artefact glove-100
PROMPT = 1000  # tokens of the transfer prompt
ENCODER = 6 * (4 * 384**2 + 2 * 384 * 1536)  # weights that all-MiniLM-L6-v2 uses for every token


def vectors() -> dict[str, str]:
    """`v_…`: numbers and bytes of both tables, what looking up a prompt costs on an H100.

    `v_lost`: percent of the lab's English page that is not spelt in plain lower case.
    `v_encoder`: FLOP of a sentence encoder for each addition of a mean.
    """
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    numbers, table = WORDS * WIDTH, costs.parameters(config)["embedding"]
    rows = PROMPT * config.d_model * 2  # bytes in bf16
    return {
        "v_words": f"{WORDS:,}",
        "v_width": f"{WIDTH}",
        "v_lost": f"{100 * (1 - spelling.findable(lab_text('en').split())):.0f}",
        "v_numbers_m": f"{numbers / 1e6:.1f}",
        "v_mb": f"{4 * numbers / 1e6:.0f}",
        "v_table_m": f"{table / 1e6:.0f}",
        "v_ratio": f"{table / numbers:.0f}",
        "v_encoder": f"{round(2 * ENCODER / WIDTH, -4):,}",
        "v_rows_mb": f"{rows / 1e6:.1f}",
        "v_rows_us": f"{rows / h100.bandwidth * 1e6:.1f}",
    }
