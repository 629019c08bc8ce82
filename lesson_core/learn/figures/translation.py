"""Numbers of the translation lesson: a decoder-only model that translates, and its beams."""

import json
from pathlib import Path

from lesson_core.theory import costs, tables
from lesson_core.theory.recorded import recorded

MODEL = Path(__file__).parents[3] / "assets" / "models" / "translate-5m" / "model.safetensors"
PAIRS = 25_565  # sentence pairs that trained the model, and the Chinese student: docs/models
TOKENS, BEAMS = 40, 4  # of the source and of the answer; candidates


def translation() -> dict[str, str]:
    """`tr_…`: the lab's model; Llama-3.1-8B in bf16 on one H100, its decode and its beams."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    step = costs.weights_read_per_step(config, 2) / h100.bandwidth
    written = costs.kv_bytes(config, TOKENS, 2)
    return {
        "tr_pairs": f"{PAIRS:,}",
        "tr_tested_beams": f"{recorded('translation')['en_zh']['beams']}",
        "tr_table": f"{100 * table_share():.0f}",
        "tr_tokens": f"{TOKENS}",
        "tr_beams": f"{BEAMS}",
        "tr_decode_ms": f"{(1 + TOKENS) * step * 1e3:.0f}",
        "tr_kv_mb": f"{written / 1e6:.1f}",
        "tr_kv_beam_mb": f"{BEAMS * written / 1e6:.0f}",
    }


def table_share() -> float:
    """The embedding table's share of the model's file, by the sizes in its header."""
    with MODEL.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    ends = {name: one["data_offsets"] for name, one in header.items() if name != "__metadata__"}
    sizes = {name: end - begin for name, (begin, end) in ends.items()}
    return float(sizes["embedding.weight"] / sum(sizes.values()))
