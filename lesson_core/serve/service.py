"""One model behind the door: checks what a client asks, and tells the answer as it comes.

Knows nothing of HTTP: `Service.answer` takes an `Ask` and gives a `Talk`, whose pieces arrive in
the asyncio loop of whoever asked.
"""

import asyncio
import contextlib
import secrets
from collections.abc import AsyncIterator, Sequence

from lesson_core.errors import LabError
from lesson_core.learn import words
from lesson_core.schema.sampling import Sampling
from lesson_core.schema.serving import Request
from lesson_core.serve.answer import Choice, Wire
from lesson_core.serve.protocol import Ask, Prompt
from lesson_core.serve.refusal import Refusal
from lesson_core.serve.runner import Runner, Told
from lesson_core.text.tokenizer import Tokenizer

LONG_TEXT = 20_000
"""Characters from which tokenizing takes so long that others would notice: it gets a thread."""
STATUS = {"server_busy": 429, "engine_broken": 503, "server_stopped": 503}
RETRY_S = 1


class Service:
    """`longest` is how many tokens a prompt and its answer may have together."""

    def __init__(self, name: str, tokenizer: Tokenizer, runner: Runner, longest: int) -> None:
        self.name = name
        self.tokenizer = tokenizer
        self.runner = runner
        self.longest = longest
        ids = range(tokenizer.vocab_size)
        self._widest = max(len(tokenizer.token_bytes(token_id)) for token_id in ids)

    async def answer(self, ask: Ask) -> "Talk":
        """Check, tokenize, hand in; raises Refusal."""
        if ask.model != self.name:
            raise Refusal(404, f"There is no model `{ask.model[:60]}` here; this server has "
                          f"`{self.name}`.", code="model_not_found", param="model")  # fmt: skip
        if self.runner.full:  # said before any work is spent on it
            raise refusal(LabError("server_busy", limit=self.runner.active))
        self._check_size(ask)
        long = sum(len(p) for p in ask.prompts) + sum(len(m["content"]) for m in ask.messages)
        if long > LONG_TEXT:
            prompts = await asyncio.to_thread(self._encode, ask)
        else:
            prompts = self._encode(ask)
        return Talk(self, ask, [self._request(ask, prompt) for prompt in prompts])

    def _check_size(self, ask: Ask) -> None:
        """A token has at most so many bytes: what is far too long need not be tokenized."""
        for text in (*ask.prompts, *(message["content"] for message in ask.messages)):
            size = len(text) if isinstance(text, tuple) else -(-len(text) // self._widest)
            if size > self.longest:
                least = "" if isinstance(text, tuple) else "at least "
                raise _too_long(f"{least}{size:,}", self.longest)

    def _encode(self, ask: Ask) -> list[tuple[int, ...]]:
        if not ask.chat:
            return [self._ids(prompt) for prompt in ask.prompts]
        try:
            return [tuple(self.tokenizer.chat(list(ask.messages)))]
        except LabError:
            raise Refusal(400, f"`{self.name}` was not trained on conversations; ask "
                          "/v1/completions.", code="model_has_no_chat") from None  # fmt: skip

    def _ids(self, prompt: Prompt) -> tuple[int, ...]:
        ids = tuple(self.tokenizer.encode(prompt)) if isinstance(prompt, str) else prompt
        if not ids:
            raise Refusal(400, "The prompt is empty.", param="prompt")
        wrong = next((i for i in ids if not 0 <= i < self.tokenizer.vocab_size), None)
        if wrong is not None:
            raise Refusal(400, f"There is no token {str(wrong)[:20]}; ids go from 0 to "
                          f"{self.tokenizer.vocab_size - 1:,}.", param="prompt")  # fmt: skip
        return ids

    def _request(self, ask: Ask, prompt: tuple[int, ...]) -> Request:
        room = self.longest - len(prompt)
        if room < 1:
            raise _too_long(f"{len(prompt):,}", self.longest)
        if ask.max_tokens is not None and ask.max_tokens > room:
            raise Refusal(400, f"The prompt has {len(prompt):,} tokens and the answer may have "
                          f"{ask.max_tokens:,}; together this server takes {self.longest:,}.",
                          code="context_length_exceeded", param="max_tokens")  # fmt: skip
        seed = secrets.randbits(31) if ask.seed is None else ask.seed % 2**62
        drawn = Sampling(temperature=ask.temperature, top_k=ask.top_k, top_p=ask.top_p, seed=seed)
        return Request(
            id=0, prompt=prompt, new_tokens=ask.max_tokens or room, samples=ask.n,
            sampling=drawn if ask.temperature > 0 else None, ignore_eos=ask.ignore_eos,
        )  # fmt: skip


class Talk:
    """One client's answer. `close` gives everything back, however far it came."""

    def __init__(self, service: Service, ask: Ask, requests: Sequence[Request]) -> None:
        self.ask = ask
        self.wire = Wire(ask, sum(len(request.prompt) for request in requests))
        self.choices = [
            Choice(index, service.tokenizer, ask.stop) for index in range(len(requests) * ask.n)
        ]
        self._runner = service.runner
        self._told: asyncio.Queue[tuple[int, Told]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        tells = [lambda told, at=at: self._tell(at, told) for at in range(len(requests))]
        try:
            self._ids = self._runner.submit(requests, tells)
        except LabError as problem:
            raise refusal(problem) from None

    def _tell(self, at: int, told: Told) -> None:  # in the engine's thread
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody listens any more
            self._loop.call_soon_threadsafe(self._told.put_nowait, (at, told))

    async def pieces(self) -> AsyncIterator[tuple[Choice, str]]:
        """Text as it becomes sendable, and each answer's end; raises Refusal."""
        while any(choice.finish is None for choice in self.choices):
            at, told = await self._told.get()
            if isinstance(told, LabError):
                raise refusal(told)
            for output in told:
                choice = self.choices[at * self.ask.n + output.sample]
                if choice.finish is not None:
                    continue
                ended = None if output.finish is None else output.finish
                text = choice.push(output.token_id, "length" if ended == "length" else
                                   None if ended is None else "stop")  # fmt: skip
                if text or choice.finish is not None:
                    yield choice, text

    def close(self) -> None:
        """Nobody wants more of this: the engine may free its blocks."""
        self._runner.cancel(self._ids)


def refusal(problem: LabError) -> Refusal:
    """A problem of the engine as its client should read it."""
    status = STATUS.get(problem.code, 400)
    message = words.t("en", f"errors.{problem.code}", **problem.values)
    return Refusal(status, message, code=problem.code,
                   retry_after_s=RETRY_S if status in (429, 503) else None)  # fmt: skip


def _too_long(tokens: str, longest: int) -> Refusal:
    return Refusal(400, f"The prompt has {tokens} tokens; this server takes {longest:,} together "
                   "with the answer.", code="context_length_exceeded", param="prompt")  # fmt: skip
