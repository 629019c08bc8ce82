"""From tokens to what goes over the wire: whole characters, no half stop string, OpenAI's shapes.

Completions and chats differ only in the names of things; `Wire` knows them both.
"""

import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from lesson_core.serve.protocol import Ask
from lesson_core.serve.stops import StopFilter
from lesson_core.text.tokenizer import Tokenizer

FinishReason = Literal["stop", "length"]


class Choice:
    """One answer as its client sees it."""

    def __init__(self, index: int, tokenizer: Tokenizer, stops: Sequence[str]) -> None:
        self.index = index
        self.tokens = 0
        self.finish: FinishReason | None = None
        self._characters = tokenizer.stream()
        self._filter = StopFilter(stops)

    def push(self, token_id: int, finish: FinishReason | None) -> str:
        """The text that may be sent with this token; after the end nothing is counted or sent."""
        if self.finish is not None:
            return ""
        self.tokens += 1
        text = self._filter.push(self._characters.push(token_id))
        if finish is not None and not self._filter.stopped:
            text += self._filter.push(self._characters.flush())
        if self._filter.stopped:
            self.finish = "stop"
        elif finish is not None:
            text += self._filter.flush()
            self.finish = finish
        return text


@dataclass
class Wire:
    """The bodies of one answer: whole at the end, or piece by piece."""

    ask: Ask
    prompt_tokens: int
    id: str = field(init=False)
    created: int = field(default_factory=lambda: int(time.time()))

    def __post_init__(self) -> None:
        self.id = ("chatcmpl-" if self.ask.chat else "cmpl-") + secrets.token_hex(12)
        self._begun: set[int] = set()

    def piece(self, choice: Choice, text: str) -> dict[str, Any]:
        """A chunk of a stream; the first of a chat says whose words they are."""
        if self.ask.chat:
            delta = {} if choice.index in self._begun else {"role": "assistant"}
            self._begun.add(choice.index)
            content: dict[str, Any] = {"delta": {**delta, "content": text}}
        else:
            content = {"text": text}
        return self._body([self._choice(choice, content)], streamed=True)

    def whole(self, choices: Sequence[Choice], texts: Sequence[str]) -> dict[str, Any]:
        """Everything at once, with the count of tokens."""
        made = []
        for choice, text in zip(choices, texts, strict=True):
            message = {"role": "assistant", "content": text, "refusal": None}
            made.append(
                self._choice(choice, {"message": message} if self.ask.chat else {"text": text})
            )
        return {**self._body(made, streamed=False), "usage": self.usage(choices)}

    def last(self, choices: Sequence[Choice]) -> dict[str, Any]:
        """The chunk after the answer, for those who asked for usage: no choices, only counts."""
        return {**self._body([], streamed=True), "usage": self.usage(choices)}

    def usage(self, choices: Sequence[Choice]) -> dict[str, int]:
        """Tokens in and out; the end-of-text token was computed, so it counts."""
        out = sum(choice.tokens for choice in choices)
        return {
            "prompt_tokens": self.prompt_tokens,
            "completion_tokens": out,
            "total_tokens": self.prompt_tokens + out,
        }

    def _choice(self, choice: Choice, content: dict[str, Any]) -> dict[str, Any]:
        return {
            "index": choice.index, **content, "logprobs": None, "finish_reason": choice.finish,
        }  # fmt: skip

    def _body(self, choices: list[dict[str, Any]], *, streamed: bool) -> dict[str, Any]:
        kind = "text_completion"
        if self.ask.chat:
            kind = "chat.completion.chunk" if streamed else "chat.completion"
        return {
            "id": self.id, "object": kind, "created": self.created, "model": self.ask.model,
            "choices": choices,
        }  # fmt: skip
