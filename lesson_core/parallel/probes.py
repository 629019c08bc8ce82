"""What this machine's processes can do, each thing measured apart from any model's step.

Errands like those of `parallel.work`: run by all ranks at once.
"""

from collections.abc import Sequence
from typing import Any

import torch
import torch.distributed as dist

from lesson_core.parallel.member import Rank, room_for

Reply = dict[str, Any]


def all_reduce(me: Rank, *, sizes: Sequence[int], repeats: int) -> Reply:
    """Seconds of an all-reduce of fp32 messages of `sizes` bytes, in turns: [repeat][size]."""
    messages = [torch.zeros(max(1, size // 4), device=me.device) for size in sizes]
    for message in messages:
        dist.all_reduce(message)
    rounds = []
    for _ in range(repeats):
        row = []
        for message in messages:
            begin = me.together()
            dist.all_reduce(message)
            row.append(me.clock() - begin)
        rounds.append(row)
    return {"seconds": rounds}


@torch.inference_mode()
def between_products(me: Rank, *, model: str, size: int, sweep: int, repeats: int) -> Reply:
    """What a step's small parts cost when every product empties the caches before them.

    After reading `sweep` bytes each time: seconds of one layer of a `model` whose weights are next
    to nothing, and of an all-reduce of `size` bytes.
    """
    matrix = torch.ones(max(1, sweep // 4096), 1024, device=me.device)
    vector, message = torch.ones(1024, device=me.device), torch.zeros(size // 4, device=me.device)
    skinny = me.models[model]
    cache = room_for(skinny, 1, 8)
    skinny.last_logits(torch.zeros(1, 2, dtype=torch.long, device=me.device), cache)
    x, rotation = skinny.embedding.weight[:1, None], skinny.rotation(2, 1)
    layers, talks = [], []
    for i in range(repeats):
        layer = skinny.layers[i % len(skinny.layers)]
        torch.mv(matrix, vector)
        begin = me.clock()
        layer(x, rotation, cache)
        layers.append(me.clock() - begin)
        torch.mv(matrix, vector)
        begin = me.clock()
        dist.all_reduce(message)
        talks.append(me.clock() - begin)
    return {"layer_s": layers, "talk_s": talks}


def hop(me: Rank, *, size: int, repeats: int) -> Reply:
    """Seconds to hand `size` bytes from rank 0 to rank 1: half of there and back."""
    message, seconds = torch.zeros(max(1, size // 4), device=me.device), []
    for _ in range(repeats + 1):
        begin = me.together()
        if me.rank == 0:
            dist.send(message, 1)
            dist.recv(message, 1)
            seconds.append((me.clock() - begin) / 2)
        elif me.rank == 1:
            dist.recv(message, 0)
            dist.send(message, 0)
    return {"seconds": seconds[1:]}


def read(me: Rank, *, size: int, repeats: int, alone: bool) -> Reply:
    """Bytes per second of reading a matrix of `size` bytes, by rank 0 alone or by all at once."""
    matrix = torch.ones(size // 4096, 1024, device=me.device)  # fp32
    vector = torch.ones(1024, device=me.device)
    rates = []
    for _ in range(repeats + 1):
        begin = me.together()
        if me.rank == 0 or not alone:
            torch.mv(matrix, vector)
            rates.append(matrix.nbytes / (me.clock() - begin))
    return {"rates": rates[1:]}
