"""Numbers on starting operations and on what a stack of optimisations can still gain."""

from lesson_core.theory import costs, tables

CONTEXT = 8192  # tokens of a transfer sequence
GPT_FAST_GB = (13.32, 4.38)  # Llama-2-7B read per token in bf16 and int4, gpt-fast README
GPT_FAST_TOK_S = (104.9, 196.8)  # the same two, one A100
GPT_FAST_EAGER = (25.5, 107.0)  # Llama-7B on one A100: eager; torch.compile and CUDA graphs
LAYER_OPERATIONS, OTHER_OPERATIONS = 24, 7  # of the plain model's decode step, views not counted
START_US = 10  # to start one operation from Python, a round number


def fusion() -> dict[str, str]:
    """`f_…`: operations of a step, and what their starts cost."""
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    starts = LAYER_OPERATIONS * config.n_layers + OTHER_OPERATIONS
    reading = costs.weights_read_per_step(config, 2) / h100.bandwidth
    scores = config.n_heads * CONTEXT * CONTEXT * 2
    return {
        "f_ops": f"{starts:,}",
        "f_start_us": f"{START_US}",
        "f_starts_ms": f"{starts * START_US / 1e3:.1f}",
        "f_gain": f"{starts * START_US / 1e6 / reading:.1f}",
        "f_eager": f"{GPT_FAST_EAGER[0]:g}",
        "f_graph": f"{GPT_FAST_EAGER[1]:g}",
        "f_scores_gb": f"{scores / 1e9:.1f}",
    }


def stack() -> dict[str, str]:
    """How much of a published step is not reading weights, by Amdahl's law solved for p."""
    less = GPT_FAST_GB[0] / GPT_FAST_GB[1]
    faster = GPT_FAST_TOK_S[1] / GPT_FAST_TOK_S[0]
    share = (1 - 1 / faster) / (1 - 1 / less)
    return {
        "o_bytes": f"{less:.2f}",
        "o_speedup": f"{faster:.2f}",
        "o_share": f"{100 * share:.0f}",
        "o_rest": f"{100 * (1 - share):.0f}",
    }
