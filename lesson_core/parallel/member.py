"""One of the processes that share a model: what it is, and what it has been given."""

from dataclasses import dataclass, field

import torch.distributed as dist

from lesson_core import clock
from lesson_core.model.cache import Cache, new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.parallel import tensor


@dataclass
class Rank:
    """One of `ranks` processes: its device, and what it has been given so far."""

    rank: int
    ranks: int
    device: str
    models: dict[str, Transformer] = field(default_factory=dict)
    talk: tensor.Talk = field(init=False)

    def __post_init__(self) -> None:
        self.clock = clock.on(self.device)
        self.talk = tensor.Talk(self.clock)

    def together(self) -> float:
        """Wait for all ranks; the moment they go on."""
        dist.barrier()
        return self.clock()


def room_for(model: Transformer, batch: int, *room: int) -> Cache:
    """An empty cache for `batch` sequences of the sum of `room` tokens."""
    table = model.embedding.weight
    return new_cache("preallocated", model.config, batch, sum(room), table.dtype, str(table.device))
