def drive(learner, blocks, block_size, steps):
    allocator = learner.BlockAllocator(blocks, block_size)
    alive, seen = [], []
    for name, *arguments in steps:
        said = getattr(allocator, name)(*arguments)
        if name == "release":
            alive.remove(arguments[0])
        elif name == "fork" or (name == "add" and said):
            alive.append(arguments[-1] if name == "fork" else arguments[0])
        tables = {seq: list(allocator.table(seq)) for seq in alive}
        seen.append([said, allocator.free(), relabelled(tables, blocks)])
    return seen


def relabelled(tables, blocks):
    """The same tables, blocks named in the order in which they are met: any free block will do."""
    names = {}
    for table in tables.values():
        for block in table:
            if block not in range(blocks):
                raise ValueError(f"there is no block {block}")
            names.setdefault(block, len(names))
    return {seq: [names[block] for block in table] for seq, table in tables.items()}
