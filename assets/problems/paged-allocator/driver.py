def drive(learner, blocks, block_size, steps):
    allocator = learner.BlockAllocator(blocks, block_size)
    alive, names, handed_out, seen = [], {}, 0, []
    for name, *arguments in steps:
        said = getattr(allocator, name)(*arguments)
        if name == "release":
            alive.remove(arguments[0])
        elif name == "fork" or (name == "add" and said):
            alive.append(arguments[-1] if name == "fork" else arguments[0])
        tables = {seq: list(allocator.table(seq)) for seq in alive}
        held = {block: None for table in tables.values() for block in table}
        if not all(block in range(blocks) for block in held):
            raise ValueError(f"there is no such block: {list(held)}")
        # Any free block will do, so a block goes by the number of times one was handed out before.
        names = {block: label for block, label in names.items() if block in held}
        for block in held:
            if block not in names:
                names[block] = handed_out
                handed_out += 1
        labels = {seq: [names[block] for block in table] for seq, table in tables.items()}
        seen.append([said, allocator.free(), labels])
    return seen
