"""A server that answers every question with the same bytes, however wrong they are."""

import json
import socketserver
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

HANG = None
MODELS = json.dumps({"object": "list", "data": [{"id": "scripted"}]}).encode()
STREAM = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


def head(status: str, kind: str, body: bytes, extra: str = "") -> bytes:
    lines = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n{extra}"
    return f"{lines}Connection: close\r\n\r\n".encode() + body


def chunk(text: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "text": text, "finish_reason": finish}
    return b"data: " + json.dumps({"choices": [choice]}).encode() + b"\n\n"


def usage(tokens: object) -> bytes:
    said = {"prompt_tokens": 5, "completion_tokens": tokens}
    return b"data: " + json.dumps({"choices": [], "usage": said}).encode() + b"\n\n"


DONE = b"data: [DONE]\n\n"
GOOD = [STREAM, chunk("one"), chunk(" two"), chunk("", "stop"), usage(3), DONE]


class Scripted:
    """`asked` are the requests as they came, head and body."""

    def __init__(self, script: Sequence[bytes | None], first: Sequence[bytes | None]) -> None:
        self.script, self.first = script, first
        self.asked: list[bytes] = []
        self.posts = 0
        self.over = threading.Event()

    def answer(self, raw: bytes) -> Sequence[bytes | None]:
        self.asked.append(raw)
        if raw.startswith(b"GET"):
            return [head("200 OK", "application/json", MODELS)]
        self.posts += 1
        return self.first if self.posts == 1 else self.script


@contextmanager
def scripted(
    script: Sequence[bytes | None], *, first: Sequence[bytes | None] = GOOD
) -> Iterator[tuple[str, Scripted]]:
    """Listen on loopback; the first question gets `first`, every other `script`."""
    state = Scripted(script, first)

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            raw = b""
            while b"\r\n\r\n" not in raw:
                raw += self.request.recv(65536)
            top, _, body = raw.partition(b"\r\n\r\n")
            lengths = [x for x in top.lower().split(b"\r\n") if x.startswith(b"content-length")]
            length = int(lengths[0].split(b":")[1]) if lengths else 0
            while len(body) < length:
                body += self.request.recv(65536)
            for part in state.answer(top + b"\r\n\r\n" + body):
                if part is HANG:
                    state.over.wait(20)
                    return
                try:
                    self.request.sendall(part)
                except OSError:
                    return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address, daemon_threads, request_queue_size = True, True, 128

    with Server(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", state
        finally:
            state.over.set()
            server.shutdown()
            thread.join()
