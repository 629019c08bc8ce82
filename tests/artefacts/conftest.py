"""A data folder of its own, a registry of the test's making, and a web server that misbehaves."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from lesson_core.artefacts import registry

REVISION = "0123456789abcdef0123456789abcdef01234567"
WEIGHTS = bytes(range(256)) * 4096  # 1 MiB that is not all the same
FILES = {"config.json": b'{"model_type": "llama"}', "model.safetensors": WEIGHTS}


@pytest.fixture(autouse=True)
def data(tmp_path, monkeypatch) -> Path:
    """LAB_HOME, and no setting of this machine's own."""
    for name in list(os.environ):
        if name.startswith(("PIP_", "HF_", "UV_", "MODELSCOPE")) or name == "LAB_OFFLINE":
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@dataclass
class Web:
    """What the server holds and how it behaves; `asked` is (path, Range header) per request."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    cuts: list[int] = field(default_factory=list)  # bytes after which an answer breaks off
    delay_s: float = 0.0  # before each 64 KiB
    etag: str = '"one"'
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""

    def hold_repository(self, name: str = "lab/tiny", files: dict[str, bytes] = FILES) -> None:
        for path, body in files.items():
            self.files[f"/{name}/resolve/{REVISION}/{path}"] = body

    def times_asked(self, end: str) -> int:
        return sum(path.endswith(end) for path, _ in self.asked)


@pytest.fixture
def web(monkeypatch) -> Iterator[Web]:
    """A server on loopback that HF_ENDPOINT points at."""
    state = Web()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *parts: object) -> None:
            pass

        def do_GET(self) -> None:
            answer(self, state)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("HF_ENDPOINT", state.url)
    yield state
    server.shutdown()
    server.server_close()


def answer(request: BaseHTTPRequestHandler, web: Web) -> None:
    wanted = request.headers.get("Range")
    web.asked.append((request.path, wanted))
    body = web.files.get(request.path)
    if body is None:
        request.send_error(404)
        return
    start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and web.ranges else 0
    if request.headers.get("If-Range", web.etag) != web.etag:
        start = 0
    request.send_response(206 if start else 200)
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
    request.send_header("ETag", web.etag)
    request.send_header("Content-Length", str(len(body) - start))
    request.end_headers()
    limit = web.cuts.pop(0) if web.cuts and len(body) > 1000 else len(body)
    for offset in range(start, min(limit, len(body)), 65536):
        time.sleep(web.delay_s)
        try:
            request.wfile.write(body[offset : min(offset + 65536, limit)])
        except OSError:  # the other side went away
            break
    request.close_connection = True


def entry(
    artefact_id: str = "tiny", sources: tuple[str, ...] = (), *, bundled: bool = False
) -> str:
    """One artefact as the registry file writes it."""
    return f"""
["{artefact_id}"]
kind = "language_model"
title = {{ en = "Tiny", zh = "小" }}
what = {{ en = "A test.", zh = "测试。" }}
license = "MIT"
attribution = "nobody"
languages = ["en"]
chat = false
bundled = {str(bundled).lower()}
disk_bytes = 1_000
{"".join(sources)}"""


def source(
    kind: str = "hub",
    name: str = "lab/tiny",
    files: dict[str, bytes] = FILES,
    form: str = "hub_layout",
    more: str = f'revision = "{REVISION}"',
) -> str:
    """One source as the registry file writes it."""
    rows = "\n".join(f"  {row(path, body)}," for path, body in files.items())
    return f"""
[["tiny".sources]]
kind = "{kind}"
name = "{name}"
form = "{form}"
{more}
files = [
{rows}
]
"""


def row(path: str, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    return f'{{ path = {json.dumps(path)}, bytes = {len(body)}, sha256 = "{digest}" }}'


@pytest.fixture
def write_registry(tmp_path, monkeypatch):
    """Replace the registry by these entries."""

    def write(*entries: str) -> None:
        path = tmp_path / "models.toml"
        path.write_text("\n".join(entries), encoding="utf-8")
        monkeypatch.setattr(registry, "MODELS_TOML", path)

    return write
