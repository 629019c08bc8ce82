"""What a load asks for: the prompts, when they are due, and the body of each request."""

import os
import random
from typing import Any

from lesson_core.errors import LabError
from lesson_core.schema.endpoint import Api, Load, Target

EXTRAS: tuple[dict[str, Any], ...] = (
    {"stream_options": {"include_usage": True}, "ignore_eos": True},
    {"stream_options": {"include_usage": True}},
    {},
)
"""Asked for where the server takes them: its own count, and answers of full length."""
WORDS = (
    "river", "stone", "light", "garden", "winter", "paper", "bridge", "music", "market", "cloud",
    "table", "forest", "window", "letter", "morning", "street", "number", "silver", "engine",
    "story", "island", "circle", "butter", "shadow", "planet", "ticket", "corner", "summer",
)  # fmt: skip


def arrivals(load: Load) -> list[float]:
    """Seconds at which the requests of an open loop are due: a Poisson process from its seed."""
    draw = random.Random(load.seed)
    due_s, times = 0.0, []
    for _ in range(load.requests):
        due_s += draw.expovariate(load.rate)
        times.append(due_s)
    return times


def prompt(load: Load, index: int) -> str:
    """`prompt_words` words, other ones for each request: no prefix cache can answer for the model.

    English words are one to three tokens each; the server's own count is in its usage.
    """
    draw = random.Random(f"{load.seed}:{index}")
    return " ".join(draw.choice(WORDS) for _ in range(load.prompt_words))


def body(api: Api, load: Load, model: str, index: int) -> dict[str, Any]:
    """One request: greedy, streamed."""
    text = prompt(load, index)
    messages = [{"role": "user", "content": text}]
    asked: dict[str, Any] = {"messages": messages} if api == "chat" else {"prompt": text}
    return {
        "model": model, "max_tokens": load.new_tokens, "temperature": 0.0, "stream": True, **asked,
    }  # fmt: skip


def read_key(target: Target) -> str:
    """The key from the environment; LabError("api_key_missing") where a named one is not there."""
    key = os.environ.get(target.key_env, "").strip() if target.key_env else ""
    if target.key_env and not (key.isascii() and key.isprintable() and key):
        raise LabError("api_key_missing", name=target.key_env)
    return key
