"""A peer in a process of its own, asked through a pipe.

Two thread pools in one process get in each other's way even while one of them idles: llama.cpp's
int4 step took 30 ms beside torch and 11 ms alone. So each peer has its own process and its own
OpenMP; turns are taken by asking. Times are taken over there, next to the work.
"""

import contextlib
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lesson_core.bench.sides import Prompts, Run


class Apart:
    """A side that lives elsewhere; `name` and `precision` as over there."""

    def __init__(self, kind: Any, folder: Path, precision: str, threads: int) -> None:
        self.name, self.precision = kind.name, precision
        command = [sys.executable, "-W", "ignore", "-m", "lesson_core.bench.apart",
                   kind.__name__, str(folder), precision, str(threads)]  # fmt: skip
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip

    def _ask(self, method: str, *arguments: Any) -> Any:
        pipe, answers = self._process.stdin, self._process.stdout
        assert pipe is not None and answers is not None
        with contextlib.suppress(BrokenPipeError):  # gone: its silence says so below
            pipe.write(json.dumps([method, arguments]) + "\n")
            pipe.flush()
        for line in answers:
            if line.startswith("answer "):
                return json.loads(line.removeprefix("answer "))
        raise RuntimeError(f"{self.name} died while asked to {method}")

    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        """One turn, timed over there."""
        told = self._ask("run", [list(prompt) for prompt in prompts], new_tokens)
        return Run(**{**told, "tokens": tuple(told.get("tokens") or ())})

    def serve(self, prompts: Prompts, lengths: Sequence[int], slots: int) -> float:
        """Seconds until all of many requests are answered, taken over there."""
        return float(self._ask("serve", [list(prompt) for prompt in prompts], list(lengths), slots))

    def tokens(self, prompt: Sequence[int], new_tokens: int) -> tuple[int, ...]:
        """A greedy answer, untimed."""
        return tuple(self._ask("tokens", list(prompt), new_tokens))

    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        """-ln p of each token but the first."""
        found: list[float | None] = self._ask("losses", list(token_ids))
        return found

    def close(self) -> None:
        """End the other process."""
        self._process.kill()
        self._process.communicate()  # closes the pipes, waits


def serve(kind: str, folder: str, precision: str, threads: str) -> None:
    """Answer questions from standard input until it closes."""
    from lesson_core.bench import peers

    side = getattr(peers, kind)(Path(folder), precision, int(threads))
    for line in sys.stdin:
        method, arguments = json.loads(line)
        told = getattr(side, method)(*arguments)
        plain = vars(told) if isinstance(told, Run) else told
        print("answer " + json.dumps(plain), flush=True)


if __name__ == "__main__":
    serve(*sys.argv[1:])
