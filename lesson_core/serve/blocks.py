"""The pool of KV blocks: who holds each one, which are free, which may still be of use.

    free ── take ──▶ held (references ≥ 1) ── release, last ──▶ free
                        ▲                          │ if the prefix tree knows it
                        └── share ── cached ◀──────┘ ── evict: longest unused first ──▶ free

A sequence releases its blocks from the last to the first, so that a block is always older in the
line of the unused than the one before it: what is evicted first is always a leaf of the tree.
"""

from collections import OrderedDict
from collections.abc import Iterable

from lesson_core.serve.prefix import PrefixTree


class BlockPool:
    """Numbers of `size` blocks; the keys and values themselves belong to the engine."""

    def __init__(self, size: int, tree: PrefixTree) -> None:
        self.size = size
        self.references = [0] * size
        self._tree = tree
        self._free = list(range(size - 1, -1, -1))
        self._unused: OrderedDict[int, None] = OrderedDict()  # cached, held by nobody

    @property
    def free(self) -> int:
        """Blocks that hold nothing."""
        return len(self._free)

    @property
    def cached(self) -> int:
        """Blocks that nobody holds and the prefix tree still knows."""
        return len(self._unused)

    @property
    def available(self) -> int:
        """Blocks that `take` can give."""
        return len(self._free) + len(self._unused)

    @property
    def used(self) -> int:
        """Blocks that somebody holds."""
        return self.size - self.available

    def take(self) -> int:
        """A block of one's own: a free one, or else the cached one that was unused the longest."""
        if self._free:
            block = self._free.pop()
        else:
            block, _ = self._unused.popitem(last=False)
            self._tree.forget(block)
        self.references[block] = 1
        return block

    def share(self, block: int) -> int:
        """Hold a block that others hold too, or that waits in the cache."""
        if self.references[block] == 0:
            del self._unused[block]
        self.references[block] += 1
        return block

    def release(self, blocks: Iterable[int]) -> None:
        """Let go, in this order; whoever lets go last frees the block or leaves it cached."""
        for block in blocks:
            assert self.references[block] > 0, "a block is released by its holders only"
            self.references[block] -= 1
            if self.references[block] == 0:
                if block in self._tree.nodes:
                    self._unused[block] = None
                else:
                    self._free.append(block)

    def writable(self, block: int) -> bool:
        """Whether writing into it disturbs nobody: one holder, and not a beginning of others."""
        return self.references[block] == 1 and block not in self._tree.nodes

    def idle(self, blocks: Iterable[int]) -> int:
        """How many of these are cached and held by nobody."""
        return sum(self.references[block] == 0 for block in blocks)
