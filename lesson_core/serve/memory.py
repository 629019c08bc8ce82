"""Which blocks a sequence has: entering, growing, copy-on-write, leaving, and what stays cached."""

from lesson_core.schema.serving import Policy
from lesson_core.serve.blocks import BlockPool
from lesson_core.serve.prefix import Node, PrefixTree
from lesson_core.serve.request import Plan, Sequence, blocks_for


class Memory:
    """The block pool, the prefix tree over it, and the slots of what is swapped out."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self.tree = PrefixTree(policy.block_size)
        self.blocks = BlockPool(policy.blocks, self.tree)
        self.swapped_blocks = 0
        self._slots: list[int] = []  # free ones below `_made`
        self._read: list[int] = []  # read back in this step, free from the next one on
        self._made = 0

    def match(self, sequence: Sequence) -> list[Node]:
        """Cached blocks its tokens begin with; the last token is computed anew, for its logits."""
        if not self.policy.prefix_cache or sequence.computed:
            return []
        return self.tree.match(sequence.tokens[:-1])

    def enter(self, sequence: Sequence, found: list[Node], plan: Plan) -> bool:
        """Blocks for all its tokens: cached ones shared, the others its own. False: not enough."""
        blocks, held = self.blocks, [node.block for node in found]
        need = self._blocks_for(len(sequence.tokens)) - len(held)
        if need > blocks.available - blocks.idle(held):
            return False
        table = [*map(blocks.share, held), *(blocks.take() for _ in range(need))]
        sequence.block_table, sequence.path = table, found
        sequence.computed = sequence.computed or len(found) * self.policy.block_size
        plan.swap_in += zip(table, sequence.host_slots, strict=False)
        self._give_back(sequence)
        return True

    def grow(self, sequence: Sequence, count: int, plan: Plan) -> bool:
        """Blocks of its own for the next `count` tokens. False: not enough, nothing changed."""
        blocks, table, size = self.blocks, sequence.block_table, self.policy.block_size
        first, end = sequence.computed // size, sequence.computed + count
        shared = first < len(table) and not blocks.writable(table[first])
        if end <= len(table) * size and not shared:  # nearly always
            return True
        missing = self._blocks_for(end) - len(table)
        if max(missing, 0) + shared > blocks.available:
            return False
        if shared:  # copy-on-write
            copy = blocks.take()
            plan.copies.append((table[first], copy))
            blocks.release([table[first]])
            table[first] = copy
        table.extend(blocks.take() for _ in range(missing))
        return True

    def fork(self, parent: Sequence, child: Sequence) -> None:
        """The child holds the parent's blocks of the prompt, all but its last token computed."""
        child.computed = parent.prompt_len - 1
        held = parent.block_table[: self._blocks_for(child.computed)]
        child.block_table = [self.blocks.share(block) for block in held]
        child.path = parent.path[: child.computed // self.policy.block_size]

    def remember(self, sequence: Sequence) -> None:
        """Put the blocks that are full now into the prefix tree; equal ones are held once."""
        size, path, table = self.policy.block_size, sequence.path, sequence.block_table
        while self.policy.prefix_cache and (len(path) + 1) * size <= sequence.computed:
            i = len(path)
            node = self.tree.extend(
                path, tuple(sequence.tokens[i * size : (i + 1) * size]), table[i]
            )
            if node.block != table[i]:  # somebody computed the same before
                self.blocks.share(node.block)
                self.blocks.release([table[i]])
                table[i] = node.block
            path.append(node)

    def swap_out(self, sequence: Sequence, plan: Plan) -> None:
        """Note where its computed blocks go, then let go of them."""
        computed = sequence.block_table[: self._blocks_for(sequence.computed)]
        if (short := len(computed) - len(self._slots)) > 0:
            self._slots += range(self._made, self._made + short)
            self._made += short
        sequence.host_slots = [self._slots.pop() for _ in computed]
        plan.swap_out += zip(computed, sequence.host_slots, strict=True)
        self.swapped_blocks += len(computed)
        self._release(sequence)

    def leave(self, sequence: Sequence) -> None:
        """Let go of everything; what it computed is forgotten but for what the tree knows."""
        self._release(sequence)
        self._give_back(sequence)
        sequence.computed = 0

    def next_step(self) -> None:
        """Slots that the last step read back may be written again."""
        self._slots += self._read
        self._read = []

    def _release(self, sequence: Sequence) -> None:
        self.blocks.release(reversed(sequence.block_table))  # leaves of the tree first
        sequence.block_table, sequence.path = [], []

    def _give_back(self, sequence: Sequence) -> None:
        self.swapped_blocks -= len(sequence.host_slots)
        self._read += sequence.host_slots
        sequence.host_slots = []

    def _blocks_for(self, tokens: int) -> int:
        return blocks_for(tokens, self.policy.block_size)
