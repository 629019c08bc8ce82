"""Reading what a server streams back: server-sent events, and in them OpenAI's chunks.

A server may send anything: another protocol, half an event, no end. Everything is bounded, and
what does not fit has a name.
"""

import json
from typing import Any

MOST_BYTES = 8 * 2**20  # of one answer
SHOWN = 120  # characters of a foreign text in a sentence
END = "[DONE]"


class Failure(Exception):
    """A request that brought no answer: `kind` names the sentence, `values` fill it."""

    def __init__(self, kind: str, **values: Any) -> None:
        super().__init__(kind)
        self.kind = kind
        self.values = values


class Events:
    """Bytes in, the data of whole events out."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[str] = []
        self._bytes = 0

    def feed(self, chunk: bytes) -> list[str]:
        """Events that became whole; Failure("too_large") beyond the bound."""
        self._bytes += len(chunk)
        if self._bytes > MOST_BYTES:
            raise Failure("too_large", mb=MOST_BYTES / 2**20)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        whole = []
        for raw in lines:
            line = raw.rstrip(b"\r").decode("utf-8", "replace")
            if not line and self._data:
                whole.append("\n".join(self._data))
                self._data = []
            elif line.startswith("data:"):
                self._data.append(line[5:].removeprefix(" "))
        return whole


class Reading:
    """One answer as it arrives; `piece_s` holds when each piece of text was there."""

    def __init__(self) -> None:
        self.piece_s: list[float] = []
        self.text_bytes = 0
        self.said_in: int | None = None
        self.said_out: int | None = None
        self.done = False  # the answer has ended
        self.over = False  # nothing more will come
        self._events = Events()

    def feed(self, chunk: bytes, at_s: float) -> None:
        """Bytes that arrived at `at_s`; raises Failure."""
        for event in self._events.feed(chunk):
            if event.strip() == END:
                self.done = self.over = True
            else:
                self._take(event, at_s)

    def finish(self) -> None:
        """The connection closed; Failure("cut" or "no_text") if that was not the end."""
        if not self.done:
            raise Failure("cut", pieces=len(self.piece_s))
        if not self.piece_s:
            raise Failure("no_text")

    def _take(self, event: str, at_s: float) -> None:
        try:
            chunk = json.loads(event)
        except (ValueError, RecursionError):
            raise Failure("not_json", text=shown(event)) from None
        if not isinstance(chunk, dict):
            raise Failure("not_json", text=shown(event))
        if chunk.get("error"):
            raise Failure("said_error", text=shown(message_of(chunk)))
        usage = chunk.get("usage")
        if isinstance(usage, dict):
            self.said_in = _count(usage.get("prompt_tokens"))
            self.said_out = _count(usage.get("completion_tokens"))
        text, ended = _choice(chunk)
        if text:
            self.piece_s.append(at_s)
            self.text_bytes += len(text.encode("utf-8", "replace"))
        self.done = self.done or ended


def judge(status: int, kind: str, text: str) -> None:
    """Always raises: what a response that is no stream of events should be called."""
    if 300 <= status < 400:
        raise Failure("redirect", status=status)
    if status == 429:
        raise Failure("busy")
    if status != 200:
        raise Failure("status", status=status, text=shown(message_of(parsed(text.encode()))))
    raise Failure("not_stream", content=shown(kind) or "?")


def parsed(raw: bytes) -> Any:
    """JSON if it is some, else the text itself."""
    text = raw.decode("utf-8", "replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _choice(chunk: dict[str, Any]) -> tuple[str, bool]:
    """The text of a chunk, visible or thought, and whether it says that the answer has ended."""
    choices = chunk.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else {}
    if not isinstance(first, dict):
        return "", False
    delta = first.get("delta")
    parts = [first.get("text")]
    if isinstance(delta, dict):
        parts += [delta.get(name) for name in ("content", "reasoning_content", "reasoning")]
    text = "".join(part for part in parts if isinstance(part, str))
    return text, bool(first.get("finish_reason"))


def message_of(body: Any) -> str:
    """The sentence in an error body, whatever its shape."""
    error = body.get("error", body) if isinstance(body, dict) else body
    if isinstance(error, dict):
        error = error.get("message") or error.get("detail") or error
    return str(error)


def shown(text: str) -> str:
    """A foreign text, short and printable."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * SHOWN]).split())
    return clean if len(clean) <= SHOWN else clean[:SHOWN] + "…"


def _count(value: Any) -> int | None:
    return value if type(value) is int and value >= 0 else None
