"""What the timers time: one prompt and its greedy answer, and a thread that disturbs one run."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread
from typing import NamedTuple

from lesson_core.clock import Clock
from lesson_core.generate.decode import generate
from lesson_core.generate.sample import Sampler
from lesson_core.model.cache import KVCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.events import Event
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer

RUNS = 5
DISTURBED = 2_000_000
"""Additions in plain Python that the disturbing thread does: about a tenth of a second."""


class Run(NamedTuple):
    """What a log says of one answer: seconds to the first token, in all, and how many tokens."""

    first_s: float
    total_s: float
    tokens: int


@dataclass(frozen=True, kw_only=True)
class Engine:
    """A model with a prompt. `load` brings the same weights anew, as a fresh program would."""

    model: Transformer
    tokenizer: Tokenizer
    prompt: Sequence[int]
    tokens: int
    clock: Clock
    load: Callable[[], Transformer]

    def answer(
        self, *, tokens: int = 0, restarted: bool = False, cache: KVCache | None = None
    ) -> Iterator[Event]:
        """The passes and tokens of one answer; nothing happens before the first is asked for.

        `cache`: one that knows the prompt up to its last token from an earlier answer.
        """
        start = self.clock()
        model = self.load() if restarted else self.model
        ids = self.prompt if cache is None else self.prompt[-1:]
        yield from generate(
            model, self.tokenizer, ids, new_tokens=tokens or self.tokens,
            sampler=Sampler(Sampling()), cache=cache or self.room(), clock=self.clock,
            start_s=start,
        )  # fmt: skip

    def room(self) -> KVCache:
        """An empty cache."""
        size, weight = len(self.prompt) + self.tokens, self.model.embedding.weight
        return KVCache(self.model.config, 1, size, weight.dtype, weight.device.type)

    def kept_prompt(self) -> KVCache:
        """The cache of an earlier answer to the same prompt, all but the prompt's last token."""
        cache = self.room()
        list(generate(self.model, self.tokenizer, self.prompt, new_tokens=1, cache=cache,
                      sampler=Sampler(Sampling()), clock=self.clock, start_s=0.0))  # fmt: skip
        cache.trim(1)
        return cache


def first_s(events: Sequence[Event]) -> float:
    """When the first token was there, in seconds since the answer began."""
    return next(event.end_s or 0.0 for event in events if event.stage == "sample")


def tokens(events: Sequence[Event]) -> int:
    """How many tokens an answer has."""
    return sum(event.stage == "sample" for event in events)


@contextmanager
def neighbour(there: bool) -> Iterator[None]:
    """While `there`, another thread of this program wants the interpreter for a while."""
    thread = Thread(target=_count)
    if there:
        thread.start()
    try:
        yield
    finally:
        if there:
            thread.join()


def _count() -> None:
    total = 0
    for number in range(DISTURBED):
        total += number
