"""The engine in a thread of its own: requests come in through a queue, tokens go out by callback.

The engine is touched by this thread only. Whoever asks stays responsive: it is told tokens as they
come, may take a request back, and hears at once when the server has no room.
"""

import itertools
import logging
import queue
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from lesson_core.clock import Clock, now
from lesson_core.errors import LabError
from lesson_core.schema.serving import Finish, Request

log = logging.getLogger(__name__)


class Output(Protocol):
    """One token of one answer, as the engine's step tells it."""

    id: int
    sample: int
    token_id: int
    finish: Finish | None


class Engine(Protocol):
    """What is needed of `serve.engine.Engine`."""

    @property
    def busy(self) -> bool: ...
    def add(self, request: Request) -> None: ...
    def cancel(self, id: int) -> None: ...
    def step(self) -> Sequence[Output]: ...
    @property
    def log(self) -> tuple[list[Any], list[Any]]: ...


Told = Sequence[Output] | LabError
Tell = Callable[[Told], None]
"""Called in the engine's thread with the tokens of a step, or with why there will be none."""


@dataclass(frozen=True)
class _Asked:
    request: Request
    tell: Tell


@dataclass(frozen=True)
class _Gone:
    id: int


class Runner:
    """`limit` requests at most, running and waiting together; LabError("server_busy") beyond."""

    def __init__(self, engine: Engine, *, limit: int, clock: Clock = now) -> None:
        self._engine = engine
        self._limit = limit
        self._clock, self._zero = clock, clock()
        self._ids = itertools.count(1)
        self._inbox: queue.SimpleQueue[_Asked | _Gone | None] = queue.SimpleQueue()
        self._tells: dict[int, Tell] = {}  # of the engine's thread
        self._left: dict[int, int] = {}  # answers of a request that have not ended
        self._open: set[int] = set()
        self._lock = threading.Lock()
        self._over: LabError | None = None  # why nothing is taken any more
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    @property
    def active(self) -> int:
        """Requests that run or wait."""
        return len(self._open)

    @property
    def full(self) -> bool:
        """Whether one more request would be refused."""
        return len(self._open) >= self._limit

    def submit(self, requests: Sequence[Request], tells: Sequence[Tell]) -> list[int]:
        """Hand in requests, all or none; returns their ids.

        Raises LabError: server_busy, server_stopped, engine_broken.
        """
        arrival = self._clock() - self._zero
        with self._lock:
            if self._over is not None:
                raise self._over
            if len(self._open) + len(requests) > self._limit:
                raise LabError("server_busy", limit=self._limit)
            ids = [next(self._ids) for _ in requests]
            self._open.update(ids)
            for id, request, tell in zip(ids, requests, tells, strict=True):
                self._inbox.put(_Asked(replace(request, id=id, arrival_s=arrival), tell))
        return ids

    def cancel(self, ids: Iterable[int]) -> None:
        """Take requests back; those that have ended are left alone. Returns at once."""
        for id in ids:
            self._inbox.put(_Gone(id))

    def close(self) -> None:
        """End the thread after its step; whoever still waits is told."""
        self._inbox.put(None)
        self._thread.join()

    def _run(self) -> None:
        while self._hear():
            if not self._engine.busy:
                continue
            try:
                outputs = self._engine.step()
            except Exception:
                log.exception("the engine failed")
                self._fail_all(LabError("engine_broken"))
                return
            for lines in self._engine.log:
                lines.clear()  # a server runs for weeks
            self._spread(outputs)
        self._fail_all(LabError("server_stopped"))

    def _hear(self) -> bool:
        """Do what has been asked since the last step; False when the server closes."""
        wait = not self._engine.busy
        while True:
            try:
                message = self._inbox.get(block=wait)
            except queue.Empty:
                return True
            wait = False
            if message is None:
                return False
            if isinstance(message, _Gone):
                self._drop(message.id)
            else:
                self._add(message)

    def _add(self, asked: _Asked) -> None:
        id = asked.request.id
        try:
            self._engine.add(asked.request)
        except LabError as problem:
            self._close(id)
            asked.tell(problem)
            return
        self._tells[id], self._left[id] = asked.tell, asked.request.samples

    def _drop(self, id: int) -> None:
        if id in self._tells:
            self._engine.cancel(id)
            self._close(id)

    def _spread(self, outputs: Sequence[Output]) -> None:
        groups: dict[int, list[Output]] = defaultdict(list)
        for output in outputs:
            groups[output.id].append(output)
        for id, group in groups.items():
            tell = self._tells.get(id)
            self._left[id] = self._left.get(id, 0) - sum(o.finish is not None for o in group)
            if self._left[id] <= 0:
                self._close(id)
            if tell is not None:
                tell(group)

    def _close(self, id: int) -> None:
        self._tells.pop(id, None)
        self._left.pop(id, None)
        with self._lock:
            self._open.discard(id)

    def _fail_all(self, problem: LabError) -> None:
        with self._lock:
            self._over = problem
            self._open.clear()
        while True:
            try:
                message = self._inbox.get(block=False)
            except queue.Empty:
                break
            if isinstance(message, _Asked):
                message.tell(problem)
        for tell in self._tells.values():
            tell(problem)
        self._tells.clear()
