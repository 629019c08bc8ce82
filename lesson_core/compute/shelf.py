"""Models that stay loaded between jobs, least recently used out first, under a memory limit."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any

import psutil

from lesson_core.errors import LabError

SHARE_OF_MEMORY = 0.5
"""The part of this machine's memory that loaded models may fill."""


class Shelf:
    """Keeps values with their sizes; `limit_bytes` None means half of the machine's memory."""

    def __init__(self, limit_bytes: int | None = None) -> None:
        memory = psutil.virtual_memory().total
        self.limit_bytes = int(memory * SHARE_OF_MEMORY) if limit_bytes is None else limit_bytes
        self._items: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    @property
    def held_bytes(self) -> int:
        """Bytes of everything on the shelf."""
        return sum(size for _, size in self._items.values())

    def get(self, key: Hashable) -> Any | None:
        """The value, now the most recently used; None if it is not here."""
        if key not in self._items:
            return None
        self._items.move_to_end(key)
        return self._items[key][0]

    def put(self, key: Hashable, expected_bytes: int, make: Callable[[], tuple[Any, int]]) -> Any:
        """Make room, make the value, keep it. `make` returns (value, its true size in bytes).

        Raises LabError("model_too_large") if it would not fit on an empty shelf.
        """
        if expected_bytes > self.limit_bytes:
            raise LabError(
                "model_too_large",
                needs_gb=round(expected_bytes / 1e9, 1),
                limit_gb=round(self.limit_bytes / 1e9, 1),
            )
        self._shrink_to(self.limit_bytes - expected_bytes)
        value, size = make()
        self._shrink_to(max(0, self.limit_bytes - size))
        self._items[key] = (value, size)
        return value

    def _shrink_to(self, limit_bytes: int) -> None:
        while self._items and self.held_bytes > limit_bytes:
            self._items.popitem(last=False)
