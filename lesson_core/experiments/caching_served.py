"""The part of the caching lesson that runs the model: every request with each cache and without.

All requests are answered in full, so that what a hit saves is measured and not assumed. Full
prefill and prefill of the rest take turns in going first.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import KVCache
from lesson_core.model.device import DTYPES
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.schema.caching import Caching
from lesson_core.serve.caches import Answer, PrefixKV, SemanticCache, prefill_the_rest
from lesson_core.serve.eviction import Kept, cache
from lesson_core.serve.request_log import Asked, Pool
from lesson_core.text.tokenizer import Tokenizer

CACHES = ("none", "input", "prefix", "exact", "semantic")


@dataclass(frozen=True, kw_only=True)
class Served:
    """One request in parts, seconds; and which caches had something for it."""

    text_s: float  # tokenizing
    full_s: float  # prefill of the whole prompt
    rest_s: float  # prefill of what the prefix cache did not know, copies included
    decode_s: float
    embed_s: float  # the sentence vector; 0 without an encoder
    look_s: dict[str, float]  # a look into the caches of texts and answers
    known: int  # tokens the prefix cache knew
    hits: dict[str, bool]
    wrong: bool  # the semantic hit answers another question
    same: bool  # both prefills lead to the same first token
    delta: float  # the largest difference between their logits
    answer: str

    def seconds(self) -> dict[str, float]:
        """What the request would take with each cache alone."""
        whole = self.text_s + self.full_s + self.decode_s
        looked = self.look_s
        return {
            "none": whole,
            "input": whole - (self.text_s if self.hits["input"] else 0.0) + looked["input"],
            "prefix": self.text_s + self.rest_s + self.decode_s,
            "exact": looked["exact"] + (0.0 if self.hits["exact"] else whole),
            "semantic": self.embed_s
            + looked["semantic"]
            + (0.0 if self.hits["semantic"] else whole),
        }


@dataclass
class Desk:
    """The model and its caches, all empty at first."""

    spec: Caching
    pool: Pool
    loaded: Loaded
    lab: Lab
    sentences: SentenceEncoder | None
    prefixes: PrefixKV = field(init=False)

    def __post_init__(self) -> None:
        spec, loaded = self.spec, self.loaded
        dtype = DTYPES[loaded.dtype_name]
        self.prefixes = PrefixKV(loaded.config, spec.blocks, dtype, loaded.device)
        rule = (spec.policy, spec.capacity, spec.ttl)
        self.texts: Kept[list[int]] = cache(*rule)
        self.answers: Kept[str] = cache(*rule)
        self.meanings = SemanticCache(*rule, spec.threshold)

    def serve(self, log: Sequence[int]) -> Iterator[Served]:
        """Answer the requests one after another, for as long as the caller asks."""
        self._warm_up(self.pool.texts[log[0]])
        for now, index in enumerate(log):
            yield self._one(self.pool.texts[index], now)

    def _one(self, asked: Asked, now: int) -> Served:
        clock = self.lab.clock
        start = clock()
        ids = prompt(self.loaded.tokenizer, self.pool, asked)
        text_s = clock() - start
        fresh = (self._room(ids), self._room(ids))
        sides: list[Callable[[], Any]] = [
            lambda: self._full(ids, fresh[0]),
            lambda: self._rest(ids, fresh[1]),
        ]
        taken: list[tuple[Any, float]] = [(None, 0.0), (None, 0.0)]
        for side in (0, 1) if now % 2 == 0 else (1, 0):
            start = clock()
            found = sides[side]()
            taken[side] = (found, clock() - start)
        (logits, full_s), ((rest_logits, known), rest_s) = taken
        start = clock()
        answer = self._answer(logits, fresh[0])
        decode_s = clock() - start
        looks, hits, wrong, embed_s = self._look(asked, ids, answer, now)
        return Served(
            text_s=text_s, full_s=full_s, rest_s=rest_s, decode_s=decode_s, embed_s=embed_s,
            look_s=looks, known=known, hits={**hits, "prefix": known > 0}, wrong=wrong,
            same=int(logits.argmax()) == int(rest_logits.argmax()),
            delta=float((logits - rest_logits).abs().max()), answer=answer,
        )  # fmt: skip

    def _look(
        self, asked: Asked, ids: list[int], answer: str, now: int
    ) -> tuple[dict[str, float], dict[str, bool], bool, float]:
        """Look into every cache of texts, and keep there what was not found."""
        clock, looks, hits = self.lab.clock, {}, {}
        kept: dict[str, tuple[Kept[Any], Any]] = {
            "input": (self.texts, ids),
            "exact": (self.answers, answer),
        }
        for name, (held, value) in kept.items():
            start = clock()
            hits[name] = held.get(asked.text, now) is not None
            looks[name] = clock() - start
            if not hits[name]:
                held.put(asked.text, value, now)
        if self.sentences is None:
            return {**looks, "semantic": 0.0}, {**hits, "semantic": False}, False, 0.0
        start = clock()
        vector = self.sentences.encode([asked.text]).vectors[0]
        embed_s = clock() - start
        found = self.meanings.get(asked.text, vector, now)
        looks["semantic"], hits["semantic"] = clock() - start - embed_s, found is not None
        if found is None:
            self.meanings.put(asked.text, vector, Answer(answer, asked.question), now)
        wrong = found is not None and found.answer.question != asked.question
        return looks, hits, wrong, embed_s

    def _room(self, ids: list[int]) -> KVCache:
        room = setting.cache_for(self.loaded, "preallocated", len(ids) + self.spec.new_tokens)
        assert isinstance(room, KVCache)
        return room

    def _full(self, ids: list[int], room: KVCache) -> torch.Tensor:
        return prefill(self.loaded.model, torch.tensor([ids], device=self.loaded.device), room)

    def _rest(self, ids: list[int], room: KVCache) -> tuple[torch.Tensor, int]:
        return prefill_the_rest(self.loaded.model, ids, self.prefixes, room)

    def _answer(self, logits: torch.Tensor, room: KVCache) -> str:
        """Greedy, always `new_tokens` long: every answer costs the same."""
        chosen = [int(logits.argmax())]
        while len(chosen) < self.spec.new_tokens:
            token = torch.tensor([chosen[-1:]], device=self.loaded.device)
            chosen.append(int(decode_one_token(self.loaded.model, token, room).argmax()))
        return self.loaded.tokenizer.decode(chosen)

    def _warm_up(self, asked: Asked) -> None:
        ids = prompt(self.loaded.tokenizer, self.pool, asked)
        room = self._room(ids)
        self._answer(self._full(ids, room), room)
        if self.sentences is not None:
            self.sentences.encode([asked.text])


def prompt(tokenizer: Tokenizer, pool: Pool, asked: Asked) -> list[int]:
    """Token ids: what all share, then the page of the topic, then the question."""
    context = pool.context(asked)
    if not tokenizer.has_chat:
        return tokenizer.encode(f"{context}\n\n{asked.text}\n")
    return tokenizer.chat(
        [{"role": "system", "content": context}, {"role": "user", "content": asked.text}]
    )
