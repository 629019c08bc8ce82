"""Numbers in the prose of the planner page: Llama-3.1-70B on H100s, thirty-two conversations."""

from lesson_core.learn.questions.machine import PRINTED
from lesson_core.theory import efficiency, serving
from lesson_core.theory.hardware_table import hardware
from lesson_core.theory.model_table import rows
from lesson_core.theory.serving import Wish

USERS, CONTEXT, ANSWER = 32, 8192, 192  # conversations, tokens of each, of which the answer
TP = "gptfast-tp"  # published points of one model on 1, 2, 4, 8 cards


def planner() -> dict[str, str]:
    """The figures of the planner page, by placeholder name."""
    h100, h20 = (hardware()[name] for name in ("H100 SXM", "H20"))
    plain, eight = (
        serving.memory(
            Wish(model="Llama-3.1-70B", device="H100 SXM", cards=2, weights=weights, kv=kv,
                 prompt=CONTEXT - ANSWER, answer=ANSWER, batch=USERS)
        )
        for weights, kv in (("bf16", "16 bit"), ("fp8", "8 bit"))
    )  # fmt: skip
    need, need_eight = (one.weights + USERS * one.sequence for one in (plain, eight))
    known = {row["id"]: float(row["published_tok_s"]) for row in rows("held_out.csv")}
    return {
        "p_weights_gb": f"{plain.weights / 1e9:.0f}",
        "p_usable_gb": f"{plain.usable / 2e9:.0f}",
        "p_sequence_gb": f"{plain.sequence / 1e9:.1f}",
        "p_most": f"{plain.most}",
        "p_users": f"{USERS}",
        "p_users_gb": f"{USERS * plain.sequence / 1e9:.0f}",
        "p_need_gb": f"{need / 1e9:.0f}",
        "p_cards": f"{plain.cards}",
        "p_eight_gb": f"{need_eight / 1e9:.0f}",
        "p_eight_cards": f"{eight.cards}",
        "p_printed": f"{PRINTED['H100 SXM']:,}",
        "p_unpack": f"{efficiency.factors()['unpack']:.0f}",
        "p_eight_gain": f"{known[f'{TP}8-Llama-2-7B'] / known[f'{TP}1-Llama-2-7B']:.1f}",
        "p_h20_flops_pct": f"{100 * h20.flops['bf16'] / h100.flops['bf16']:.0f}",
        "p_h20_bw_pct": f"{100 * (h20.bandwidth / h100.bandwidth - 1):.0f}",
    }
