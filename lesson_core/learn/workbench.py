"""Judging beside the pages: what is right is computed ahead, a run is watched and can be stopped.

One per server. A page never computes here; it asks, looks again, and shows what is there.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet

from lesson_core import clock
from lesson_core.errors import LabError
from lesson_core.learn.problems.grade import Grade, Key, grade, prepare
from lesson_core.learn.problems.problem import Problem
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.run import LOOK_S, Job, Outcome
from lesson_core.learn.sandbox.tiers import Standing

KEYS = 64  # kept; a key holds the values of a problem's calls
RUNS = 16  # under way or waiting, of all learners together


class Judging:
    """One attempt on its way. After `wait` says True there is a grade or a problem."""

    def __init__(self, problem: Problem, seed: int, code: str) -> None:
        self.problem, self.seed, self.code = problem, seed, code
        self.grade: Grade | None = None
        self.trouble: LabError | None = None  # why there is no grade
        self.began_s = clock.now()
        self.took_s = 0.0  # from the click to the verdict
        self._stop, self._ended = threading.Event(), threading.Event()

    def wait(self, seconds: float) -> bool:
        """Whether it has ended, at the latest after this long."""
        return self._ended.wait(seconds)

    def cancel(self) -> None:
        """End the run and everything that it started."""
        self._stop.set()

    @property
    def so_far_s(self) -> float:
        """Since the click."""
        return clock.now() - self.began_s

    def work(self, key: "Future[Key]", pool: Pool) -> None:
        """Wait for the key, run, compare; never raises."""

        def run(job: Job, *, torch: bool = False) -> Outcome:
            return pool.run(job, torch=torch, stop=self._stop)

        try:
            self.grade = grade(self._key(key), self.code, run)
        except LabError as problem:
            self.trouble = problem
        except Exception as error:  # noqa: BLE001  (the code must not be lost over our mistake)
            self.trouble = broken(error)
        self.took_s = self.so_far_s

    def end(self) -> None:
        """From now on `wait` says True."""
        self._ended.set()

    def _key(self, future: "Future[Key]") -> Key:
        while not self._stop.is_set():
            try:
                return future.result(timeout=LOOK_S)
            except NotYet:
                continue
        raise LabError("judge_cancelled")


class Workbench:
    """The standing of this machine, its sandboxes, and the keys that were computed."""

    def __init__(self, standing: Standing, pool: Pool | None = None) -> None:
        self.standing = standing
        self.pool = pool or Pool(lambda torch: standing.plan(torch=torch))
        self._keys: OrderedDict[tuple[str, int], Future[Key]] = OrderedDict()
        self._lock = threading.Lock()
        # One at a time: a learner's run always finds a sandbox beside it.
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="key")
        self._room = threading.BoundedSemaphore(RUNS)

    def key(self, problem: Problem, seed: int, *, again: bool = False) -> "Future[Key]":
        """What is right with this seed; computed beside the page, once, or `again` if it failed."""
        name = (problem.id, seed)
        with self._lock:
            known = self._keys.get(name)
            if known is None or (again and trouble_of(known) is not None):
                known = self._ahead.submit(prepare, problem, seed, self.pool.run)
                self._keys[name] = known
            self._keys.move_to_end(name)
            while len(self._keys) > KEYS:
                self._keys.popitem(last=False)
        return known

    def open(self, problem: Problem, seed: int) -> "Future[Key] | None":
        """Make ready for a learner who begins to read; None where nothing may run."""
        if self.standing.tier is None:
            return None
        found = self.key(problem, seed)
        if problem.torch and found.done():  # else the key's own run leaves a warm sandbox
            self.pool.warm()
        return found

    def start(
        self, problem: Problem, seed: int, code: str, then: Callable[[Judging], None]
    ) -> Judging:
        """Judge the code; `then` is called from the run's own thread before it counts as ended.

        Raises LabError where nothing may run, or where too many runs wait already.
        """
        if self.standing.tier is None:
            raise self.standing.says()
        if not self._room.acquire(blocking=False):
            raise LabError("judge_busy", n=RUNS)
        judging = Judging(problem, seed, code)

        def work() -> None:
            try:
                judging.work(self.key(problem, seed, again=True), self.pool)
                then(judging)
            finally:
                self._room.release()
                judging.end()

        threading.Thread(target=work, name="judging", daemon=True).start()
        return judging


def broken(error: BaseException) -> LabError:
    """A problem whose own solution does not run here."""
    return LabError("judge_reference", reason=str(error)[:200])


def trouble_of(key: "Future[Key]") -> LabError | None:
    """Why a key could not be had; None where it is there or still on its way."""
    error = key.exception() if key.done() else None
    return error if error is None or isinstance(error, LabError) else broken(error)
