"""Numbers of the endpoint lesson: what the form starts with, and an overloaded H100."""

from lesson_core.schema.endpoint import Endpoint
from lesson_core.schema.recipe import Recipe
from lesson_core.theory import costs, tables

USERS, ANSWER, CONTEXT = 32, 200, 1000  # connections, tokens of an answer, tokens of context
MINUTES = 10


def endpoint() -> dict[str, str]:
    """`e_…`: Little's law over the best decode step, and the line after ten minutes too many."""
    h100, config = tables.hardware()["H100 SXM"], tables.models()["Llama-3.1-8B"]
    kv = USERS * CONTEXT * costs.kv_bytes_per_token(config, 2)
    step_s = (costs.weights_read_per_step(config, 2) + kv) / h100.bandwidth
    first = Endpoint(recipe=Recipe(model=""))
    surplus = first.share - 1
    return {
        "e_connections": f"{first.connections}",
        "e_requests": f"{first.requests}",
        "e_share": f"{100 * first.share:.0f}",
        "e_ratio": f"{first.share:g}",
        "e_users": f"{USERS}",
        "e_answer": f"{ANSWER}",
        "e_answer_s": f"{ANSWER * step_s:.2f}",
        "e_capacity": f"{USERS / (ANSWER * step_s):.0f}",
        "e_minutes": f"{MINUTES}",
        "e_total_s": f"{60 * MINUTES}",
        "e_wait_s": f"{60 * MINUTES * surplus:.0f}",
        "e_hour_min": f"{60 * surplus:.0f}",
    }
