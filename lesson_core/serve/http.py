"""An OpenAI-compatible server: `python -m lesson_core.serve.http --model smollm2-135m`.

    GET /v1/models    POST /v1/completions    POST /v1/chat/completions    GET /health

It listens on loopback unless told otherwise, and elsewhere only with a key.
"""

import argparse
import contextlib
import os
import socket
import sys
import threading
from typing import Self, get_args

import uvicorn
from starlette.applications import Starlette

from lesson_core.artefacts import home
from lesson_core.artefacts.report import sentence
from lesson_core.errors import LabError
from lesson_core.schema.recipe import Precision, Recipe
from lesson_core.serve import start
from lesson_core.serve.door import LOCAL
from lesson_core.serve.routes import app


class Listening:
    """A server on a free port of loopback, for as long as the block lasts; `url` says where."""

    def __init__(self, made: Starlette, bound: socket.socket | None = None) -> None:
        self._socket = bound or bind("127.0.0.1", 0)
        host, port = self._socket.getsockname()[:2]
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._server = uvicorn.Server(
            uvicorn.Config(
                made, log_config=None, access_log=False, lifespan="off", ws="none", backlog=2048,
                proxy_headers=False, server_header=False, timeout_graceful_shutdown=1,
            )
        )  # fmt: skip
        self._thread = threading.Thread(target=self.run, name="http", daemon=True)

    def run(self) -> None:
        """Serve in this thread until told to end (Ctrl-C in the main thread)."""
        self._server.run(sockets=[self._socket])

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            threading.Event().wait(0.005)
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()


def bind(host: str, port: int) -> socket.socket:
    """A socket at this address, not yet listening; 0 takes a free port. Raises OSError."""
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def main(arguments: list[str] | None = None) -> int:
    """Load a model and serve it until Ctrl-C; 1 with a sentence if that cannot be."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.serve.http")
    parser.add_argument(
        "--model", default="", help="an id of `python -m lesson_core.artefacts list`"
    )
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000, help="0 takes a free one")
    parser.add_argument("--precision", default="auto", choices=get_args(Precision))
    parser.add_argument("--threads", type=int, default=0, help="0: all cores")
    parser.add_argument("--max-seqs", type=int, default=16, help="answers written side by side")
    parser.add_argument("--waiting", type=int, default=64, help="requests that may wait for a turn")
    parser.add_argument("--api-key-env", default="", metavar="VAR", help="where the key stands")
    asked = parser.parse_args(arguments)
    key = os.environ.get(asked.api_key_env, "") if asked.api_key_env else ""
    try:
        if asked.api_key_env and not key:
            raise LabError("api_key_missing", name=asked.api_key_env)
        if asked.host not in LOCAL and not key:
            raise LabError("host_needs_key", host=asked.host)
        recipe = Recipe(
            model=asked.model or home.best_ready(), precision=asked.precision,
            threads=asked.threads,
        )  # fmt: skip
        with bind(asked.host, asked.port) as bound:  # before the model: a port may be taken
            made = start.from_recipe(recipe, max_seqs=asked.max_seqs, waiting=asked.waiting)
            hosts = LOCAL if asked.host in LOCAL else ()
            server = Listening(app(made, api_key=key, hosts=hosts), bound)
            sys.stdout.write(f"{made.name} at {server.url}/v1\n")
            sys.stdout.flush()
            with contextlib.suppress(KeyboardInterrupt):
                server.run()
            made.runner.close()
    except LabError as problem:
        sys.stderr.write(sentence(problem) + "\n")
        return 1
    except (OSError, OverflowError) as problem:
        sys.stderr.write(f"{asked.host}:{asked.port} cannot be listened on: {problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
