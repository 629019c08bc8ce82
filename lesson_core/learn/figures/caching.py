"""Numbers of the caching lesson: a log in round numbers, and Llama-3.1-8B on one H100."""

from lesson_core.theory import caching as law
from lesson_core.theory import costs, tables

QUESTIONS, WORDINGS, ROOM, SKEW = 36, (0.5, 0.3, 0.2), 20, 1.0  # the experiment's first settings
ITEMS, TENTH = 1_000, 100
PROMPT, SHARED, ANSWER = 2_000, 1_600, 300  # tokens
HITS, WRONG = 0.3, 0.05  # of the requests; of the hits
TEXT_BYTES = 4  # of an answer, per token, a round number


def caching() -> dict[str, str]:
    """`ca_…`: hit rates by Che, prefill with and without a known prefix, answers that are wrong."""
    h100, config = tables.hardware()["H100 SXM"], tables.models()["Llama-3.1-8B"]
    weights = costs.weights_read_per_step(config, 2)  # bytes, and FLOP per token of prefill
    whole, rest = (n * weights / h100.flops["bf16"] for n in (PROMPT, PROMPT - SHARED))
    decode = (ANSWER - 1) * weights / h100.bandwidth
    chances = law.zipf(ITEMS, 1.0)
    return {
        "ca_questions": f"{QUESTIONS}",
        "ca_texts": f"{QUESTIONS * len(WORDINGS)}",
        "ca_room": f"{ROOM}",
        "ca_items": f"{ITEMS:,}",
        "ca_tenth": f"{TENTH}",
        "ca_lru": f"{100 * law.expect(chances, TENTH, 'lru').hit_rate:.0f}",
        "ca_lfu": f"{100 * law.expect(chances, TENTH, 'lfu').hit_rate:.0f}",
        "ca_flat": f"{100 * TENTH / ITEMS:.0f}",
        "ca_prompt": f"{PROMPT:,}",
        "ca_shared": f"{SHARED:,}",
        "ca_answer": f"{ANSWER}",
        "ca_whole_ms": f"{whole * 1e3:.0f}",
        "ca_rest_ms": f"{rest * 1e3:.0f}",
        "ca_decode_s": f"{decode:.2f}",
        "ca_e2e": f"{100 * (whole - rest) / (whole + decode):.1f}",
        "ca_kv_mib": f"{SHARED * costs.kv_bytes_per_token(config, 2) / 2**20:.0f}",
        "ca_text_kb": f"{ANSWER * TEXT_BYTES / 1e3:.1f}",
        "ca_hits": f"{100 * HITS:.0f}",
        "ca_mean_s": f"{law.mean_latency(HITS, 0.0, whole + decode):.2f}",
        "ca_e2e_s": f"{whole + decode:.2f}",
        "ca_false": f"{100 * WRONG:.0f}",
        "ca_wrong": f"{100 * (1 - law.right_answers(HITS, 1 - WRONG)):.1f}",
    }
