"""The spec of the KV cache lesson."""

from dataclasses import dataclass

from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_prompt, check_range
from lesson_core.schema.recipe import Recipe


@dataclass(frozen=True, kw_only=True)
class KvCacheTwins:
    """Job `kv_cache`: every decode step with the KV cache and without, on the same tokens."""

    recipe: Recipe
    prompt: str
    new_tokens: int = 48
    chat: bool = True
    card: Card | None = None

    def __post_init__(self) -> None:
        check_prompt(self.prompt)
        check_range("new_tokens", self.new_tokens, 2, 128)
