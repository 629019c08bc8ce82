"""Numbers of the speculative lesson: Llama-3.2-1B drafts for Llama-3.1-8B, bf16, one H100 SXM."""

from lesson_core.theory import costs, speculative, tables

ALPHA, GAMMA = 0.8, 4
POOR = 0.4  # an α at which few drafts survive


def drafting() -> dict[str, str]:
    """`s_…`: costs by bytes read per step, gains by the formula."""
    h100, models = tables.hardware()["H100 SXM"], tables.models()
    large, small = (
        costs.weights_read_per_step(models[name], 2) for name in ("Llama-3.1-8B", "Llama-3.2-1B")
    )
    cost, step_ms = small / large, large / h100.bandwidth * 1e3
    gain = speculative.speed_up(ALPHA, GAMMA, cost)
    ridge = h100.flops["bf16"] / h100.bandwidth
    batch = ridge / (GAMMA + 1)  # sequences whose checks fill the arithmetic units
    twice = int(2 * batch)  # a check there takes as long as its arithmetic
    slow = speculative.speed_up(ALPHA, GAMMA, cost, twice * (GAMMA + 1) / ridge)
    return {
        "s_alpha": f"{ALPHA:g}",
        "s_gamma": f"{GAMMA}",
        "s_width": f"{GAMMA + 1}",
        "s_small_gb": f"{small / 1e9:.1f}",
        "s_large_gb": f"{large / 1e9:.1f}",
        "s_cost": f"{cost:.2f}",
        "s_tokens": f"{speculative.expected_tokens(ALPHA, GAMMA):.2f}",
        "s_accepted": f"{speculative.expected_tokens(ALPHA, GAMMA) - 1:.2f}",
        "s_gain": f"{gain:.1f}",
        "s_step_ms": f"{step_ms:.1f}",
        "s_token_ms": f"{step_ms / gain:.1f}",
        "s_poor": f"{POOR:g}",
        "s_poor_gain": f"{speculative.speed_up(POOR, GAMMA, cost):.2f}",
        "s_even": f"{speculative.break_even_alpha(GAMMA, cost) or 0:.2f}",
        "s_batch": f"{batch:.0f}",
        "s_twice": f"{twice}",
        "s_twice_gain": f"{slow:.1f}",
    }
