"""Numbers of the parallelism lesson: published points, and Llama-3.1-70B on eight H100s."""

from lesson_core.theory import costs, efficiency, tables
from lesson_core.theory.deployment import MICRO
from lesson_core.theory.model_table import architecture, rows
from lesson_core.theory.parallelism import busiest_share, equal_bubble, stage_weights
from lesson_core.theory.wires import WIRES

CARDS, STAGES, MICRO_BATCHES = 8, 4, 8
LLAMA_CPP = (54.34, 52.12)  # Llama-3-8B F16 on 1 and 8 RTX 4090, layers split


def parallelism() -> dict[str, str]:
    """`tp_…`, by placeholder name."""
    known = {row["id"]: float(row["published_tok_s"]) for row in rows("held_out.csv")}
    h100, big = tables.hardware()["H100 SXM"], architecture("Llama-3.1-70B").config
    small = tables.models()["SmolLM2-135M"]
    read = costs.weights_read_per_step(big, 2) / CARDS  # bytes per card
    steps, factors = 2 + (CARDS - 1).bit_length(), efficiency.factors()
    sum_s = steps * MICRO * factors["allreduce"] * factors["allreduce|hbm"]
    calls, wire = 2 * big.n_layers, WIRES["ethernet"]
    apart = sum_s + wire.extra_s(CARDS)
    bound = read / h100.bandwidth
    weights = stage_weights(small)
    ideal = sum(weights) / 2
    seven = [known[f"gptfast-tp{n}-Llama-2-7B"] for n in (1, 2, 4, 8)]
    return {
        "tp_seven_one": f"{seven[0]:g}",
        "tp_seven_eight": f"{seven[3]:g}",
        "tp_seven_gain": f"{seven[3] / seven[0]:.1f}",
        "tp_seven_two": f"{seven[1] / seven[0]:.1f}",
        "tp_split_one": f"{LLAMA_CPP[0]:g}",
        "tp_split_eight": f"{LLAMA_CPP[1]:g}",
        "tp_cards": f"{CARDS}",
        "tp_read_gb": f"{read / 1e9:.1f}",
        "tp_bound_ms": f"{bound * 1e3:.1f}",
        "tp_calls": f"{calls}",
        "tp_message_kb": f"{big.d_model * 2 / 1e3:.0f}",
        "tp_sum_us": f"{sum_s * 1e6:.0f}",
        "tp_talk_ms": f"{calls * sum_s * 1e3:.1f}",
        "tp_apart_us": f"{apart * 1e6:.0f}",
        "tp_apart_ms": f"{calls * apart * 1e3:.1f}",
        "tp_share": f"{100 * calls * sum_s / (calls * sum_s + bound):.0f}",
        "tp_apart_share": f"{100 * calls * apart / (calls * apart + bound):.0f}",
        "tp_stages": f"{STAGES}",
        "tp_micro": f"{MICRO_BATCHES}",
        "tp_bubble": f"{100 * equal_bubble(STAGES, MICRO_BATCHES):.0f}",
        "tp_bubble_megatron": f"{100 * (STAGES - 1) / MICRO_BATCHES:.0f}",
        "tp_uneven": f"{100 * (busiest_share(small, 2) / ideal - 1):.0f}",
        "tp_uneven_gain": f"{2 * ideal / busiest_share(small, 2):.2f}",
        "tp_head_layers": f"{weights[-1] / weights[0]:.0f}",
    }
