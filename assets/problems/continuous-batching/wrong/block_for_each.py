def schedule(running, waiting, free_blocks, block_size, max_tokens, max_seqs):
    decode = [seq for seq, _ in running]
    free = free_blocks - len(running)
    tokens = len(decode)
    admitted = []
    for seq, prompt in waiting:
        blocks = -(-prompt // block_size)
        seats = max_seqs - len(decode) - len(admitted)
        if seats < 1 or tokens + prompt > max_tokens or blocks > free:
            break  # those behind it wait too, or it might wait for ever
        admitted.append(seq)
        tokens += prompt
        free -= blocks
    return {"decode": decode, "admitted": admitted, "tokens": tokens, "free_blocks": free}
