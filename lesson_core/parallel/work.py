"""What a rank can be asked to do: one function per errand, each run by all ranks at once.

Arguments and replies are plain JSON; logits, where they are wanted, go into a safetensors file.
Times are those of the machine's monotonic clock, which its processes share.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from lesson_core.model import weights
from lesson_core.model.transformer import Transformer
from lesson_core.parallel import pipeline, probes, tensor
from lesson_core.parallel.member import Rank, room_for
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.plain import from_plain

Reply = dict[str, Any]
DTYPES = {"fp32": torch.float32, "fp64": torch.float64, "bf16": torch.bfloat16}


def load(me: Rank, *, model: str, folder: str, dtype: str) -> Reply:
    """Read a model from its files. The files were hashed by whoever asks."""
    me.models[model] = weights.load(Path(folder), dtype=DTYPES[dtype], device=me.device)
    return {}


def invent(me: Rank, *, model: str, config: Reply, seed: int, dtype: str) -> Reply:
    """A model with random weights, the same on every rank."""
    me.models[model] = random_model(from_plain(ModelConfig, config), seed, DTYPES[dtype], me.device)
    return {}


def random_model(config: ModelConfig, seed: int, dtype: torch.dtype, device: str) -> Transformer:
    """Random weights from `seed`; what an answer says does not matter here."""
    torch.manual_seed(seed)
    model = Transformer(config)
    if model.rotary is not None:
        model.rotary.to(dtype=dtype)
    return model.to(device=device, dtype=dtype).requires_grad_(False).eval()


def cut(me: Rank, *, model: str, piece: str, ends: Sequence[int] = ()) -> Reply:
    """Make this rank's `piece` of a model: a pipeline stage if `ends` are given, else a shard."""
    whole = me.models[model]
    if ends:
        made = pipeline.stage(whole, ends, me.rank).model
    else:
        made = tensor.shard(whole, me.rank, me.ranks, me.talk)
    me.models[piece] = made
    return {"numbers": sum(p.numel() for p in made.parameters())}


@torch.inference_mode()
def answer(
    me: Rank, *, model: str, ids: list[int], new_tokens: int, alone: bool = False, save: str = ""
) -> Reply:
    """A greedy answer: seconds per pass, and those spent talking.

    All ranks run their pieces of `model` together; `alone`: rank 0 runs it, the others idle.
    """
    if alone and me.rank > 0:
        return {}
    mine, token = me.models[model], torch.tensor([ids], device=me.device)
    cache = room_for(mine, 1, len(ids) + new_tokens)
    told: list[Tensor] = []
    seconds, talked = [], []
    if not alone:
        me.together()
    for _ in range(new_tokens):
        begin, before = me.clock(), me.talk.seconds
        told.append(mine.last_logits(token, cache))
        token = told[-1].argmax(dim=-1, keepdim=True)
        seconds.append(me.clock() - begin)
        talked.append(me.talk.seconds - before)
    if save and me.rank == 0:
        save_file({"logits": torch.cat(told)}, save)
    tokens = [int(logits.argmax()) for logits in told]
    return {"tokens": tokens, "seconds": seconds, "talk_s": talked}


def pipelined(
    me: Rank, *, model: str, prompts: list[list[list[int]]], new_tokens: int, save: str = ""
) -> Reply:  # fmt: skip
    """Micro-batches of prompts through the stages: who worked on what when, and the answers."""
    part = pipeline.Stage(me.models[model], me.rank, me.ranks)
    batches = [torch.tensor(ids, device=me.device) for ids in prompts]
    caches = [room_for(part.model, *ids.shape, new_tokens) for ids in batches]
    me.together()
    told, spans = pipeline.generate(part, batches, caches, new_tokens, me.clock)
    if save and told[0]:
        save_file({"logits": torch.stack([torch.stack(step) for step in told])}, save)
    return {
        "spans": [[s.micro, s.step, s.start_s, s.end_s] for s in spans],
        "tokens": [[row.argmax(dim=-1).tolist() for row in step] for step in told],
    }


ERRANDS: dict[str, Callable[..., Reply]] = {
    work.__name__: work
    for work in (
        load,
        invent,
        cut,
        answer,
        pipelined,
        probes.all_reduce,
        probes.between_products,
        probes.hop,
        probes.read,
    )
}
