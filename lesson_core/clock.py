"""The one place that reads the clock.

A GPU works while Python runs on, so a time is only true after the device has finished:
`now(device)` waits for it first. Tests pass a fake clock instead.
"""

import sys
import time
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns seconds from an arbitrary zero; only differences mean anything."""


def now(device: str = "cpu") -> float:
    """Seconds on a monotonic clock, read after `device` has finished its queued work."""
    synchronize(device)
    return time.perf_counter()


def synchronize(device: str) -> None:
    """Wait until `device` is idle; a CPU always is."""
    kind = device.split(":")[0]
    if kind in ("cuda", "mps"):
        torch = sys.modules["torch"]  # whoever put work on a device has imported it already
        getattr(torch, kind).synchronize()


def on(device: str) -> Clock:
    """A clock for one device: `clock = on("cuda"); start = clock()`."""
    return lambda: now(device)
