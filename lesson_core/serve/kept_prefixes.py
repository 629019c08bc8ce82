"""Which beginnings of prompts are kept, block by block: the prefix tree over its own small pool.

Only bookkeeping. The keys and values themselves lie in `caches.PrefixKV`.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lesson_core.serve.blocks import BlockPool
from lesson_core.serve.prefix import Node, PrefixTree


class Place(NamedTuple):
    """A block that was just taken, and the position in the prompt where it begins."""

    block: int
    start: int


class KeptPrefixes:
    """Room for `blocks` blocks; the ones that were unused the longest leave first."""

    def __init__(self, blocks: int, block_size: int) -> None:
        self.block_size = block_size
        self.tree = PrefixTree(block_size)
        self.pool = BlockPool(blocks, self.tree)

    @property
    def blocks(self) -> int:
        """Blocks that hold something."""
        return len(self.tree.nodes)

    def match(self, ids: Sequence[int]) -> list[Node]:
        """The blocks that `ids` begins with; at least one token is always left to run."""
        return self.tree.match(ids[:-1])

    def keep(self, ids: Sequence[int]) -> list[Place]:
        """Keep the full blocks of `ids`; returns the new ones, whose contents must be stored."""
        path = self.tree.match(ids)
        held = [self.pool.share(node.block) for node in path]  # not to be evicted meanwhile
        new = []
        for start in range(len(path) * self.block_size, len(ids), self.block_size):
            tokens = tuple(ids[start : start + self.block_size])
            if len(tokens) < self.block_size or not self.pool.available:
                break
            block = self.pool.take()
            path.append(self.tree.extend(path, tokens, block))
            held.append(block)
            new.append(Place(block, start))
        self.pool.release(reversed(held))
        return new
