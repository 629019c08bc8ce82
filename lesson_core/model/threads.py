"""How many CPU threads torch computes with, for a while.

Matrices of a few thousand numbers gain nothing from a second thread, and where another program
has one of the cores, every product waits for it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def using_threads(count: int) -> Iterator[None]:
    """Run with so many CPU threads, then as before."""
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
