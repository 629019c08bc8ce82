"""Who proposes the next tokens: the text itself, a smaller model, or part of the model.

A drafter may be as wrong as it likes: the model checks every token, so a bad draft costs time
and never changes the answer.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple, Protocol

import torch
from torch import Tensor, nn

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import filtered_probs
from lesson_core.generate.speculative_accept import draw
from lesson_core.model.cache import Cache, KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer


class Draft(NamedTuple):
    """Proposed tokens, and the law that each was drawn from; None where none was drawn."""

    tokens: list[int]
    q: Tensor | None = None  # [γ, vocab_size], float64


class Drafter(Protocol):
    """Anything that can guess how a text goes on."""

    def propose(self, text: list[int], count: int) -> Draft:
        """At most `count` tokens after `text` (prompt and answer so far); may be none."""


class Lookup:
    """Prompt look-up: find where the last tokens stood before, and copy what followed.

    Costs nothing but a dictionary. Tries the last `longest` tokens, then fewer, down to
    `shortest`; the latest earlier place wins. Source: Saxena 2023, "prompt lookup decoding".
    """

    def __init__(self, longest: int = 3, shortest: int = 2) -> None:
        self.lengths = range(longest, shortest - 1, -1)
        self._followed_at: dict[tuple[int, ...], int] = {}
        self._indexed = 0  # n-grams that end before this place are in the index

    def propose(self, text: list[int], count: int) -> Draft:
        for end in range(max(1, self._indexed), len(text)):  # the last n-gram is the question
            for n in self.lengths:
                if n <= end:
                    self._followed_at[tuple(text[end - n : end])] = end
        self._indexed = len(text)
        for n in self.lengths:
            start = self._followed_at.get(tuple(text[-n:]))
            if start is not None:
                return Draft(text[start : start + count])
        return Draft([])


def look_up_slowly(text: list[int], count: int, longest: int = 3, shortest: int = 2) -> list[int]:
    """The obvious twin of `Lookup`: walk back through the text until the last tokens match."""
    for n in range(longest, shortest - 1, -1):
        for end in range(len(text) - 1, n - 1, -1):
            if text[end - n : end] == text[-n:]:
                return text[end : end + count]
    return []


class DraftModel:
    """A smaller model with the same vocabulary drafts; it keeps a KV cache of its own."""

    def __init__(self, model: Transformer, cache: Cache, sampling: Sampling) -> None:
        self.model, self.cache = model, cache
        self._sampling = sampling
        self._random = torch.Generator().manual_seed(sampling.seed + 1)
        self._read: list[int] = []  # the tokens whose keys and values are kept

    def propose(self, text: list[int], count: int) -> Draft:
        if not count:
            return Draft([])
        same = min(agreeing(self._read, text), len(text) - 1)
        self.cache.trim(len(self._read) - same)  # what was rejected
        new = torch.tensor([text[same:]], device=self.model.embedding.weight.device)
        forward = decode_one_token if new.shape[1] == 1 else prefill
        draft = write(
            forward(self.model, new, self.cache)[0],
            lambda token: decode_one_token(self.model, token, self.cache)[0],
            count,
            self._sampling,
            self._random,
        )
        self._read = [*text, *draft.tokens[:-1]]
        return draft


class EarlyExit:
    """The model's own first layers draft, and its last layers are left out.

    Their keys and values are the very ones the whole model computes, so the drafter works in the
    model's cache: what it writes there, the check writes again. No second cache, no second prefill.
    """

    def __init__(
        self, model: Transformer, cache: KVCache, skip_layers: int, sampling: Sampling
    ) -> None:
        self.model = without_last_layers(model, skip_layers)
        self._sampling = sampling
        self._whole, self._cache = cache, first_layers(cache, self.model.config.n_layers)
        self._random = torch.Generator().manual_seed(sampling.seed + 1)

    def propose(self, text: list[int], count: int) -> Draft:
        if not count:
            return Draft([])
        self._cache.length = self._whole.length  # all of the text but its last token

        def step(token: Tensor) -> Tensor:
            return decode_one_token(self.model, token, self._cache)[0]

        device = self.model.embedding.weight.device
        first = step(torch.tensor([text[-1:]], device=device))
        return write(first, step, count, self._sampling, self._random)


def write(
    logits: Tensor,
    step: Callable[[Tensor], Tensor],
    count: int,
    sampling: Sampling,
    random: torch.Generator,
) -> Draft:
    """A draft of `count` tokens: the first from `logits`, each further one after a `step`."""
    tokens: list[int] = []
    laws: list[Tensor] = []
    while True:
        if sampling.temperature == 0:
            tokens.append(int(logits.argmax()))
        else:
            laws.append(filtered_probs(logits.cpu(), sampling))
            tokens.append(draw(laws[-1], random))
        if len(tokens) == count:
            return Draft(tokens, torch.stack(laws) if laws else None)
        logits = step(torch.tensor([[tokens[-1]]], device=logits.device))


def agreeing(one: list[int], other: list[int]) -> int:
    """How many tokens two texts have in common from the start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((i for i, (a, b) in pairs if a != b), min(len(one), len(other)))


def without_last_layers(model: Transformer, skip: int) -> Transformer:
    """The same weights with the last `skip` layers left out; nothing is copied."""
    layers = model.config.n_layers
    if not 1 <= skip < layers:
        raise LabError("draft_skip_out_of_range", skip=skip, most=layers - 1)
    early = copy.copy(model)
    early._modules = dict(model._modules)  # the parts stay shared, the list of them does not
    early.layers = nn.ModuleList(list(model.layers)[: layers - skip])
    early.decode_step = None  # a compiled step would run all layers
    early.config = replace(model.config, n_layers=layers - skip)
    return early


def first_layers(cache: KVCache, layers: int) -> KVCache:
    """The first `layers` of a cache, in the same memory, with a length of its own."""
    view = copy.copy(cache)
    view.room, view.n_layers, view.bound = cache.room[:layers], layers, None
    view._layers = cache._layers[:layers]
    return view


def check_same_vocabulary(model: Tokenizer, draft: Tokenizer, name: str) -> None:
    """A draft is token ids, so both models must spell every id alike.

    Raises LabError("draft_tokenizer_differs", draft=`name`).
    """
    size = max(model.vocab_size, draft.vocab_size)
    if any(model.token_bytes(i) != draft.token_bytes(i) for i in range(size)):
        raise LabError("draft_tokenizer_differs", draft=name)
