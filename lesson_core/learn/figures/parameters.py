"""Numbers of the lesson on parameters: the ladder as recorded, and an 8B model trained for long."""

from lesson_core.theory import costs, ladder_record, scaling, tables

TOKENS = 15e12  # of Llama 3's training
CARDS, MFU = 1000, 0.4  # of a cluster; share of the peak that training reaches


def parameters() -> dict[str, str]:
    """`w_…`: sizes and ratios of the ladder; `wl_…`: Llama-3-8B beside its compute-optimal twin."""
    rungs = ladder_record.rungs()
    small, large = rungs[0], rungs[-1]
    tokens = ladder_record.tokens()
    kaplan = scaling.kaplan_params(large.n) / scaling.kaplan_params(small.n)
    return {
        "w_rungs": f"{len(rungs)}",
        "w_small": f"{small.n / 1e6:.1f}",
        "w_large": f"{large.n / 1e6:.1f}",
        "w_ratio": f"{large.n / small.n:.0f}",
        "w_ratio_whole": f"{large.whole / small.whole:.0f}",
        "w_table": f"{100 * small.embedding / small.whole:.0f}",
        "w_kaplan": f"{100 * (1 - kaplan):.0f}",
        "w_kaplan_alpha": f"{scaling.KAPLAN_PARAMS}",
        "w_doubling": f"{100 * (1 - 2**-scaling.KAPLAN_PARAMS):.1f}",
        "w_half": f"{2 ** (1 / scaling.KAPLAN_PARAMS):,.0f}",
        "w_tokens": f"{tokens / 1e6:.1f}",
        "w_passes": f"{ladder_record.passes():.1f}",
        "w_per_param": f"{tokens / large.n:.1f}",
        "w_rule": f"{scaling.TOKENS_PER_PARAM}",
        "w_chain_one": f"{100 * 0.5**10:.1f}",
        "w_chain_two": f"{100 * 0.8**10:.0f}",
        **_llama(),
    }


def _llama() -> dict[str, str]:
    config, h100 = tables.models()["Llama-3.1-8B"], tables.hardware()["H100 SXM"]
    n = costs.total_parameters(config)
    flop = scaling.TRAIN_FLOP * n * TOKENS
    best, best_tokens = scaling.CHINCHILLA_AGAIN.optimum(flop)
    losses = scaling.CHINCHILLA_AGAIN(n, TOKENS), scaling.CHINCHILLA_AGAIN(best, best_tokens)
    return {
        "wl_tokens_t": f"{TOKENS / 1e12:.0f}",
        "wl_per_param": f"{TOKENS / n:,.0f}",
        "wl_flop": f"{flop / 1e23:.1f}",
        "wl_best_b": f"{best / 1e9:.0f}",
        "wl_best_t": f"{best_tokens / 1e12:.1f}",
        "wl_loss": f"{losses[0]:.3f}",
        "wl_best_loss": f"{losses[1]:.3f}",
        "wl_read": f"{best / n:.0f}",
        "wl_best_gb": f"{2 * best / 1e9:.0f}",
        "wl_cards": f"{CARDS:,}",
        "wl_peak": f"{h100.flops['bf16'] / 1e12:.0f}",
        "wl_mfu": f"{100 * MFU:.0f}",
        "wl_days": f"{flop / (CARDS * MFU * h100.flops['bf16']) / 86400:.0f}",
    }
