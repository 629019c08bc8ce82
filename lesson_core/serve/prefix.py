"""Prefix cache: a radix tree over full blocks of tokens.

    root ── [system prompt, block 7] ── [… its second block, 3] ── [question A, block 9]
                                                               └── [question B, block 4]

A node is one full block; the path to it spells all tokens before, and only then are its keys and
values the same. Whoever holds a node holds every node above it. Half blocks never match.
"""

from collections.abc import Sequence

Tokens = tuple[int, ...]


class Node:
    """One full block of tokens and the block of the pool that holds its keys and values."""

    __slots__ = ("block", "children", "parent", "tokens")

    def __init__(self, tokens: Tokens, block: int, parent: "Node | None") -> None:
        self.tokens = tokens
        self.block = block
        self.parent = parent
        self.children: dict[Tokens, Node] = {}


class PrefixTree:
    """Which beginnings are in the pool."""

    def __init__(self, block_size: int) -> None:
        self.block_size = block_size
        self.root = Node((), -1, None)
        self.nodes: dict[int, Node] = {}  # by block

    def match(self, tokens: Sequence[int]) -> list[Node]:
        """The longest run of full blocks that `tokens` begins with, from the root down."""
        found, node, size = [], self.root, self.block_size
        for start in range(0, len(tokens) - size + 1, size):
            child = node.children.get(tuple(tokens[start : start + size]))
            if child is None:
                break
            found.append(child)
            node = child
        return found

    def extend(self, path: Sequence[Node], tokens: Tokens, block: int) -> Node:
        """The node for `tokens` below `path`: the one that is there, or a new one for `block`."""
        parent = path[-1] if path else self.root
        node = parent.children.get(tokens)
        if node is None:
            node = parent.children[tokens] = self.nodes[block] = Node(tokens, block, parent)
        return node

    def forget(self, block: int) -> None:
        """Take a leaf out: its block will hold something else."""
        node = self.nodes.pop(block)
        assert node.parent is not None and not node.children, "only leaves are forgotten"
        del node.parent.children[node.tokens]
