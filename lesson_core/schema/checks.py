"""Bounds of what a form or a link may ask for; each refusal is a sentence."""

from lesson_core.errors import LabError

MAX_PROMPT_CHARS = 20_000


def check_range(name: str, value: float, low: float, high: float) -> None:
    """Raise LabError("out_of_range") unless low <= value <= high (NaN fails too)."""
    if not low <= value <= high:
        raise LabError("out_of_range", name=name, value=value, low=low, high=high)


def check_prompt(prompt: str) -> None:
    """Raise LabError for an empty or an absurdly long prompt."""
    if not prompt.strip():
        raise LabError("prompt_empty")
    if len(prompt) > MAX_PROMPT_CHARS:
        raise LabError("prompt_too_many_chars", chars=len(prompt), limit=MAX_PROMPT_CHARS)
