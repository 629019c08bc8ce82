"""Numbers of the batching lesson: waiting for the longest answer, and Llama-3.1-8B on one H100."""

from lesson_core.theory import costs, tables

REQUESTS, SLOTS, MANY = 24, 8, 32  # requests and slots of the experiment; a larger batch
CONTEXT = 1000  # tokens of context per sequence


def batching() -> dict[str, str]:
    """`b_…`: exponential lengths for the waste, bytes read per step for the gain."""
    h100, config = tables.hardware()["H100 SXM"], tables.models()["Llama-3.1-8B"]
    weights = costs.weights_read_per_step(config, 2) / h100.bandwidth  # seconds
    cache = CONTEXT * costs.kv_bytes_per_token(config, 2) / h100.bandwidth
    one, many = weights + cache, weights + MANY * cache
    return {
        "b_requests": f"{REQUESTS}",
        "b_slots": f"{SLOTS}",
        "b_longest": f"{_longest(SLOTS):.1f}",
        "b_used": f"{100 / _longest(SLOTS):.0f}",
        "b_many": f"{MANY}",
        "b_many_longest": f"{_longest(MANY):.1f}",
        "b_many_used": f"{100 / _longest(MANY):.0f}",
        "b_context": f"{CONTEXT:,}",
        "b_one_ms": f"{one * 1e3:.1f}",
        "b_many_ms": f"{many * 1e3:.1f}",
        "b_one_tok_s": f"{1 / one:,.0f}",
        "b_many_tok_s": f"{MANY / many:,.0f}",
        "b_gain": f"{MANY * one / many:.0f}",
    }


def _longest(count: int) -> float:
    """The expected longest of `count` exponential lengths, in means: 1 + 1/2 + … + 1/count."""
    return sum(1 / n for n in range(1, count + 1))
