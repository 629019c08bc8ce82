"""What every experiment on a prompt needs first: the model, the prompt's ids, a cache.

Experiments know their worker only by these two protocols; `lesson_core.compute.lab` is the one
that runs, tests bring their own.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from lesson_core import source
from lesson_core.clock import Clock
from lesson_core.errors import LabError
from lesson_core.model.cache import Cache, new_cache
from lesson_core.model.device import DTYPES
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.events import Event
from lesson_core.schema.recipe import CacheKind, KvPrecision, Recipe
from lesson_core.schema.results import Environment
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.formats import Scheme

LISTED = 1024
"""Tokens of a prompt that an event lists one by one."""


class Loaded(Protocol):
    """A model ready to run."""

    model: Transformer
    tokenizer: Tokenizer
    config: ModelConfig
    folder: Path  # of the checked files
    device: str
    dtype_name: str  # of activations, keys and values
    scheme: Scheme  # how weights, keys and values are written
    load_s: float
    environment: Environment


class Lab(Protocol):
    """One job's view of its worker."""

    clock: Clock
    cancelled: Callable[[], bool]

    def model(self, recipe: Recipe) -> Loaded:
        """Load or find the model of a recipe."""


def progress(what: str, done: int = 0, total: int = 1) -> Event:
    """A `progress` event; the sentence belongs to the page."""
    return Event(stage="progress", detail={"what": what, "done": done, "total": total})


def code(*functions: Any) -> Event:
    """The `code` event: what runs, by file and name, with the fingerprint of its code."""
    names = {f"{f.__module__.replace('.', '/')}.py:{f.__qualname__}": f for f in functions}
    return Event(
        stage="code",
        detail={"functions": {name: source.fingerprint(f) for name, f in names.items()}},
    )


def encode(loaded: Loaded, prompt: str, chat: bool, new_tokens: int) -> tuple[list[int], bool]:
    """The prompt's token ids, and whether the chat template was used (not every model has one).

    Raises LabError("prompt_too_long") if the prompt alone does not fit into the model's context,
    LabError("answer_too_long") if prompt and answer together do not.
    """
    tokenizer, limit = loaded.tokenizer, loaded.config.max_seq_len
    chat = chat and tokenizer.has_chat
    messages = [{"role": "user", "content": prompt}]
    ids = tokenizer.chat(messages) if chat else tokenizer.encode(prompt)
    if not ids:
        raise LabError("prompt_empty")
    if len(ids) > limit:
        raise LabError("prompt_too_long", tokens=len(ids), limit=limit)
    if len(ids) + new_tokens > limit:
        raise LabError("answer_too_long", tokens=len(ids), new_tokens=new_tokens, limit=limit)
    return ids, chat


def cache_for(
    loaded: Loaded, kind: CacheKind, max_len: int, kv_precision: KvPrecision = "same"
) -> Cache:
    """An empty cache for one sequence of at most `max_len` tokens."""
    dtype = DTYPES[loaded.dtype_name]
    return new_cache(kind, loaded.config, 1, max_len, dtype, loaded.device, kv_precision)


def listed(tokenizer: Tokenizer, ids: list[int]) -> dict[str, Any]:
    """Tokens for display: {tokens: [{id, text, control}], left_out}."""
    tokens = [
        {"id": i, "text": tokenizer.token_text(i), "control": tokenizer.is_control(i)}
        for i in ids[:LISTED]
    ]
    return {"tokens": tokens, "left_out": max(0, len(ids) - LISTED)}
