"""How much learner code may use: on a laptop, and where several people share a machine."""

import dataclasses
import sys
from dataclasses import dataclass

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True)
class Limits:
    """Bounds of one run. The wall clock starts when the code starts, not with the interpreter."""

    wall_s: float
    cpu_s: int  # per process, by the kernel; the wall clock is the true bound
    memory_bytes: int  # all processes together, by the watchdog
    address_bytes: int  # per process, by the kernel: a second line, address space is not memory
    processes: int  # processes and threads together
    tmp_bytes: int  # /tmp, in memory; comes on top of memory_bytes
    file_bytes: int  # the largest single file
    open_files: int
    kept_bytes: int  # of stdout and stderr; what follows is read and dropped
    flood_bytes: int  # of stdout and stderr; beyond it the run is stopped
    result_bytes: int
    source_bytes: int = 64 * 1024
    start_s: float = 60.0  # interpreter and imports; nothing of the learner runs yet

    def rlimits(self, processes_before: int = 0) -> dict[str, int]:
        """Name of a resource → its bound, set in the judged process before any learner code.

        `processes_before`: what the kernel counts already for this user. In a user namespace of
        its own that is nothing; without one it is everything the user runs.
        """
        address = {} if sys.platform == "darwin" else {"AS": self.address_bytes}  # macOS has none
        return {
            **address,
            "CPU": self.cpu_s,
            "NPROC": self.processes + processes_before,
            "FSIZE": self.file_bytes,
            "NOFILE": self.open_files,
            "CORE": 0,
        }

    def but(self, **changes: float) -> "Limits":
        """The same limits with some of them changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


LAPTOP = Limits(
    wall_s=30.0,
    cpu_s=40,
    memory_bytes=2 * GIB,
    address_bytes=6 * GIB,
    processes=64,
    tmp_bytes=256 * MIB,
    file_bytes=64 * MIB,
    open_files=256,
    kept_bytes=1 * MIB,
    flood_bytes=32 * MIB,
    result_bytes=4 * MIB,
)
SHARED = Limits(
    wall_s=10.0,
    cpu_s=15,
    memory_bytes=1 * GIB,
    address_bytes=4 * GIB,
    processes=32,
    tmp_bytes=64 * MIB,
    file_bytes=16 * MIB,
    open_files=128,
    kept_bytes=256 * 1024,
    flood_bytes=16 * MIB,
    result_bytes=1 * MIB,
)
