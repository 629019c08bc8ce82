"""Numbers in the prose on model size; names begin with `s_`."""

from lesson_core.schema.sizes import SIZES
from lesson_core.theory import costs, tables

FIXED_MS, SHARE = 1.5, 0.9
"""What a served step on an H100 costs whatever the model, and the part of the bandwidth it gets:
from the published per-token times of vLLM with Llama-3.1-8B on H100 and B200."""


def sizes() -> dict[str, str]:
    """Two models on one H100: by bytes alone, and with what each step costs anyway."""
    models, h100 = tables.models(), tables.hardware()["H100 SXM"]
    small, large = (
        costs.weights_read_per_step(models[name], 2) for name in ("Llama-3.2-1B", "Llama-3.1-8B")
    )
    ms = [read / h100.bandwidth * 1e3 for read in (small, large)]
    real = [FIXED_MS + bare / SHARE for bare in ms]
    ends = [costs.total_parameters(SIZES[name]) for name in ("0.1M", "300M")]
    return {
        "s_times": f"{round(ends[1] / ends[0], -2):,.0f}",
        "s_1b_gb": f"{small / 1e9:.1f}",
        "s_8b_gb": f"{large / 1e9:.1f}",
        "s_1b_ms": f"{ms[0]:.2f}",
        "s_8b_ms": f"{ms[1]:.2f}",
        "s_byte_ratio": f"{ms[1] / ms[0]:.1f}",
        "s_fixed_ms": f"{FIXED_MS:g}",
        "s_1b_real": f"{real[0]:.2f}",
        "s_8b_real": f"{real[1]:.2f}",
        "s_real_ratio": f"{real[1] / real[0]:.1f}",
    }
