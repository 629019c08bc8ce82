"""An asyncio job in a thread of its own, its news as an ordinary iterator."""

import asyncio
import contextlib
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

T = TypeVar("T")
LOOK_S = 0.1  # how often either side looks whether the other has had enough


def told_from_thread(
    work: Callable[[Callable[[T], None]], Awaitable[None]], cancelled: Callable[[], bool]
) -> Iterator[T]:
    """Run `work(tell)` and yield what it tells; ends it when `cancelled` or closed.

    What `work` raises is raised here.
    """
    news: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()
    stop = threading.Event()

    def run() -> None:
        problem: BaseException | None = None
        try:
            asyncio.run(_until(stop, work(lambda item: news.put((item, None)))))
        except BaseException as raised:  # noqa: BLE001 - raised again by the other thread
            problem = raised
        news.put((None, problem))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        while not cancelled():
            with contextlib.suppress(queue.Empty):
                item, problem = news.get(timeout=LOOK_S)
                if problem is not None:
                    raise problem
                if item is None:
                    return
                yield item
    finally:
        stop.set()
        thread.join()


async def _until(stop: threading.Event, work: Awaitable[None]) -> None:
    task = asyncio.ensure_future(work)
    while not task.done():
        if stop.is_set():
            task.cancel()
        await asyncio.wait((task,), timeout=LOOK_S)
    if not task.cancelled():
        task.result()
