"""The words between the web process and a worker: one JSON object per line, both ways.

To the worker: {"run": id, "name": …, "spec": {…}} and {"cancel": id}. From the worker:
{"ready": pid}, {"beat": n}, {"event": {…}} and {"end": id, "state": …, "error": …, "retire": …}.
Text is ASCII-escaped, so that lone surrogates and NUL survive the way.
"""

import json
import os
import sys
import threading
from typing import Any, BinaryIO

Message = dict[str, Any]

BEAT_S = 1.0
"""Seconds between two heartbeats of a worker."""


def pack(message: Message) -> bytes:
    """One line; raises TypeError for values that are not plain JSON."""
    return json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"


def unpack(line: bytes) -> Message:
    """The message of a line; raises ValueError for anything else."""
    message = json.loads(line)
    if not isinstance(message, dict):
        raise ValueError("a line must hold one object")
    return message


class Speaker:
    """Writes whole lines from several threads."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._lock = threading.Lock()

    def say(self, message: Message) -> None:
        """Write one line now."""
        line = pack(message)
        with self._lock:
            self._stream.write(line)
            self._stream.flush()


def claim_stdio() -> tuple[BinaryIO, BinaryIO]:
    """Keep stdin and stdout for the protocol alone; returns (commands, answers).

    Whatever else prints afterwards, from Python or from C, lands in stderr; whatever else reads
    finds an empty stdin.
    """
    commands = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDONLY)
    os.dup2(empty, 0)
    os.close(empty)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return commands, answers
