"""Numbers of the translation lesson: a decoder-only model that translates, and its beams."""

from lesson_core.theory import costs, tables

TOKENS, BEAMS = 40, 4  # of the source and of the answer; candidates


def translation() -> dict[str, str]:
    """`tr_…`: Llama-3.1-8B in bf16 on one H100; time of the decode, bytes of the beams."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    step = costs.weights_read_per_step(config, 2) / h100.bandwidth
    written = costs.kv_bytes(config, TOKENS, 2)
    return {
        "tr_tokens": f"{TOKENS}",
        "tr_beams": f"{BEAMS}",
        "tr_decode_ms": f"{(1 + TOKENS) * step * 1e3:.0f}",
        "tr_kv_mb": f"{written / 1e6:.1f}",
        "tr_kv_beam_mb": f"{BEAMS * written / 1e6:.0f}",
    }
