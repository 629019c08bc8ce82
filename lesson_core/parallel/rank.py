"""One rank: `python -m lesson_core.parallel.rank --rank 0 --ranks 2 --meet FILE …`.

Reads one errand per line from stdin, answers each with one line. Whoever started it holds the
other end of stdin: when that process goes away, by whatever signal, stdin ends and so does this.
"""

import argparse
import json
import os
import queue
import sys
import threading
from datetime import timedelta
from typing import Any, TextIO

import torch
import torch.distributed as dist

from lesson_core.errors import LabError
from lesson_core.parallel.member import Rank
from lesson_core.parallel.work import ERRANDS

PATIENCE = timedelta(minutes=5)  # a peer that died is noticed at once; this is for one that hangs


def main() -> None:
    """Meet the others, then run errands until stdin ends."""
    arguments = _arguments()
    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # whatever a library prints must not look like an answer
    errands: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(errands,), daemon=True).start()
    torch.set_num_threads(arguments.threads)
    device = arguments.device
    if device == "cuda":
        device = f"cuda:{arguments.rank}"
        torch.cuda.set_device(device)
    dist.init_process_group(
        arguments.backend, init_method=f"file://{arguments.meet}", rank=arguments.rank,
        world_size=arguments.ranks, timeout=PATIENCE,
    )  # fmt: skip
    me = Rank(arguments.rank, arguments.ranks, device)
    _say(answers, {"reply": {"pid": os.getpid()}})
    while True:
        _say(answers, _answer(me, errands.get()))


def _answer(me: Rank, errand: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"reply": ERRANDS[errand.pop("do")](me, **errand)}
    except LabError as problem:
        return {"error": problem.code, "values": problem.values}
    except Exception as problem:  # noqa: BLE001 - told to whoever asked
        print(f"rank {me.rank}: {problem!r}", file=sys.stderr)  # noqa: T201
        return {"error": "rank_failed", "values": {"rank": me.rank, "kind": type(problem).__name__}}


def _listen(errands: "queue.SimpleQueue[dict[str, Any]]") -> None:
    """Also heard while the main thread waits for another rank."""
    for line in sys.stdin:
        errands.put(json.loads(line))
    os._exit(1)


def _say(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rank", type=int, required=True)
    parser.add_argument("--ranks", type=int, required=True)
    parser.add_argument("--meet", required=True, help="a file that does not exist yet")
    parser.add_argument("--backend", default="gloo")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
