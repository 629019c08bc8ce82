"""An engine that says what it is told to, a token (a byte) per step, and remembers who left."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lesson_core.errors import LabError
from lesson_core.schema.serving import Request
from lesson_core.serve.runner import Runner
from lesson_core.serve.service import Service
from tests.experiments.fake_lab import byte_tokenizer

EOS = 257  # <|im_end|> of the byte tokenizer


@dataclass
class Token:
    id: int
    sample: int
    token_id: int
    finish: str | None


@dataclass
class StandIn:
    """Answers every request with `text`, then the end of text."""

    text: str = "Hello"
    pause_s: float = 0.0
    fails: bool = False
    most: int = 320  # tokens of a prompt
    script: list[int] = field(default_factory=list)
    requests: dict[int, Request] = field(default_factory=dict)
    told: dict[tuple[int, int], int] = field(default_factory=dict)
    seen: list[Request] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    log: tuple[list[Any], list[Any]] = field(default_factory=lambda: ([], []))

    @property
    def busy(self) -> bool:
        return bool(self.requests)

    def add(self, request: Request) -> None:
        if len(request.prompt) > self.most:
            raise LabError("prompt_too_long", tokens=len(request.prompt), limit=self.most)
        self.requests[request.id] = request
        self.seen.append(request)

    def cancel(self, id: int) -> None:
        if self.requests.pop(id, None):
            self.cancelled.append(id)

    def step(self) -> list[Token]:
        time.sleep(self.pause_s)
        if self.fails:
            raise RuntimeError("a bug in the engine")
        self.log[1].append("a step")
        tokens = []
        for id, request in list(self.requests.items()):
            ended = False
            for sample in range(request.samples):
                at = self.told.get((id, sample), 0)
                self.told[id, sample] = at + 1
                last = at + 1 == request.new_tokens
                finish = "stop" if at + 1 == len(self.script) else "length" if last else None
                ended = finish is not None
                tokens.append(Token(id, sample, self.script[at], finish))
            if ended:
                del self.requests[id]
        return tokens


def service(engine: StandIn, folder: Path, *, limit: int = 8, chat: bool = True) -> Service:
    """The engine behind a service called "tiny" that takes 300 tokens together."""
    tokenizer = byte_tokenizer(folder, chat)
    engine.script = [*tokenizer.encode(engine.text), EOS]
    return Service("tiny", tokenizer, Runner(engine, limit=limit), 300)
