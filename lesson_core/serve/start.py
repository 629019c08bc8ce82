"""From a recipe to a service that answers: weights, KV pool, engine thread."""

from dataclasses import replace

from lesson_core.artefacts.manifest import checked_folder
from lesson_core.clock import Clock, now
from lesson_core.errors import LabError
from lesson_core.model import weights
from lesson_core.model.device import PACKED, choose_device, choose_dtype
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.serving import Policy
from lesson_core.serve.engine import Engine
from lesson_core.serve.runner import Runner
from lesson_core.serve.service import Service
from lesson_core.speed.build import build
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory import costs

POOL_BYTES = 2**30
"""At most so much memory for keys and values; fewer where the model cannot use them."""
BLOCK = 16


def from_recipe(recipe: Recipe, *, max_seqs: int, waiting: int) -> Service:
    """Load a model that is on this machine and serve it under its own name."""
    folder = checked_folder(recipe.model)
    device = choose_device(recipe.device)
    dtype = choose_dtype("fp32" if recipe.precision in PACKED else recipe.precision, device)
    plain = weights.load(folder, dtype=dtype, device=device)
    return of(
        recipe.model,
        fastest(plain, recipe),
        Tokenizer.load(folder),
        max_seqs=max_seqs,
        waiting=waiting,
    )


def fastest(plain: Transformer, recipe: Recipe) -> Transformer:
    """The model of a recipe with the compiled step, or without where this machine has none."""
    try:
        return build(plain, replace(recipe, compile="fused"))
    except LabError:
        return build(plain, recipe)


def of(
    name: str,
    model: Transformer,
    tokenizer: Tokenizer,
    *,
    max_seqs: int,
    waiting: int,
    clock: Clock = now,
) -> Service:
    """A service with an engine of its own; `waiting` requests may wait while `max_seqs` run."""
    policy = Policy(
        max_seqs=max_seqs, token_budget=max(512, max_seqs), block_size=BLOCK,
        blocks=_blocks(model, max_seqs),
    )  # fmt: skip
    engine = Engine(model, policy, eos_ids=tokenizer.eos_ids, clock=clock)
    runner = Runner(engine, limit=max_seqs + waiting, clock=clock)
    longest = min(model.config.max_seq_len, policy.blocks * BLOCK)
    return Service(name, tokenizer, runner, longest)


def _blocks(model: Transformer, max_seqs: int) -> int:
    """Room for `max_seqs` sequences of the whole context, within POOL_BYTES; one always fits."""
    token = costs.kv_bytes_per_token(model.config, model.embedding.weight.element_size())
    context = -(-model.config.max_seq_len // BLOCK)
    return max(context, min(context * max_seqs, POOL_BYTES // (token * BLOCK)))
