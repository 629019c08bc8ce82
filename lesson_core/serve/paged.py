"""Keys and values in a pool of blocks, and the plain way to run a model over them.

A sequence's block table says where its tokens lie: position t is in block `table[t // block_size]`,
at place `t % block_size`. `Gathered` copies a sequence's blocks together before every attention, so
any model runs on them as it is. `speed.paged` reads the blocks where they lie; tests hold the two
equal. Source: Kwon et al. 2023, arXiv:2309.06180.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig
from lesson_core.serve.request import Plan
from lesson_core.speed.paged import Rows


class KVPool:
    """Room for `blocks` blocks of `block_size` tokens, and what was moved out to host memory.

    A block holds every layer. For each KV head its keys lie as [d_head, block_size], so that one
    number of all its keys is one run of memory; its values as [block_size, d_head].
    """

    def __init__(self, config: ModelConfig, blocks: int, block_size: int, like: Tensor) -> None:
        heads, d_head = 2 * config.n_kv_heads, config.d_head
        self.block_size = block_size
        self.room = like.new_zeros(blocks, config.n_layers, heads, block_size * d_head)
        keys, values = self.room.chunk(2, dim=2)
        self.keys = keys.view(*keys.shape[:3], d_head, block_size)
        self.values = values.view(*keys.shape[:3], block_size, d_head)
        self._host: dict[int, Tensor] = {}

    def move(self, plan: Plan) -> None:
        """What a step needs before it runs: blocks out to the host, copies, blocks back in."""
        for block, slot in plan.swap_out:
            self._host[slot] = self.room[block].to("cpu", copy=True)
        for source, target in plan.copies:
            self.room[target] = self.room[source]
        for block, slot in plan.swap_in:
            self.room[block] = self._host.pop(slot)

    def write(self, layer: int, table: Tensor, start: int, keys: Tensor, values: Tensor) -> None:
        """Keep keys and values [n_kv_heads, T, d_head] of positions `start` and on."""
        positions = torch.arange(start, start + keys.shape[1], device=table.device)
        blocks, places = table[positions // self.block_size], positions % self.block_size
        self.keys[:, layer][blocks, :, :, places] = keys.transpose(0, 1)
        self.values[:, layer][blocks, :, places] = values.transpose(0, 1)

    def gather(self, layer: int, table: Tensor, length: int) -> tuple[Tensor, Tensor]:
        """A copy of the first `length` keys and values, each [1, n_kv_heads, length, d_head]."""
        keys = self.keys[:, layer][table].permute(1, 0, 3, 2).flatten(1, 2)  # [heads, room, d]
        values = self.values[:, layer][table].permute(1, 0, 2, 3).flatten(1, 2)
        return keys[None, :, :length], values[None, :, :length]


class BlockCache:
    """The cache of one sequence for one pass: what the model appends goes through the table."""

    def __init__(self, pool: KVPool, table: Sequence[int], length: int) -> None:
        self.pool = pool
        self.table = torch.tensor(table, device=pool.room.device)
        self.length = length
        self.mask: Tensor | None = None

    def begin(self, token_ids: Tensor) -> tuple[Tensor, int]:
        return token_ids, self.length

    def append(self, layer: int, keys: Tensor, values: Tensor) -> tuple[Tensor, Tensor]:
        self.pool.write(layer, self.table, self.length, keys[0], values[0])
        return self.pool.gather(layer, self.table, self.length + keys.shape[2])

    def advance(self, tokens: int) -> None:
        self.length += tokens

    def trim(self, tokens: int) -> None:
        self.length -= tokens

    @property
    def nbytes(self) -> int:
        return len(self.table) * self.pool.room[0].nbytes


class Gathered:
    """The plain step: one sequence after the other, by the model's own pass."""

    def __init__(self, model: Transformer, pool: KVPool) -> None:
        self.model = model
        self.pool = pool

    @torch.inference_mode()
    def __call__(self, batch: Sequence[Rows]) -> Tensor:
        """Read all rows; logits after the last of each that wants them, [wanted, vocab_size]."""
        model = self.model
        logits = [torch.empty(0, model.config.vocab_size, dtype=self.pool.room.dtype)]
        for rows in batch:
            cache = BlockCache(self.pool, rows.table, rows.position)
            token_ids = torch.tensor([rows.tokens], device=self.pool.room.device)  # [1, T]
            x = model.hidden(token_ids, cache, last_only=True)
            if rows.wanted:
                logits.append(model.logits(x[:, -1]).to(logits[0]))
        return torch.cat(logits)
