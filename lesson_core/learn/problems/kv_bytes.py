"""Bytes of the KV cache of one sequence: MHA, GQA, MLA, sliding windows."""

from random import Random

from lesson_core.learn.compare import Tolerance
from lesson_core.learn.judge import Case
from lesson_core.learn.problems.problem import Probe, Problem

Config = dict[str, int | list[str]]
LLAMA: Config = {"num_hidden_layers": 32, "num_attention_heads": 32, "hidden_size": 4096,
                 "num_key_value_heads": 8}  # fmt: skip
GPT2: Config = {"num_hidden_layers": 12, "num_attention_heads": 12, "hidden_size": 768}
DEEPSEEK: Config = {"num_hidden_layers": 61, "num_attention_heads": 128, "hidden_size": 7168,
                    "num_key_value_heads": 128, "kv_lora_rank": 512,
                    "qk_rope_head_dim": 64}  # fmt: skip
LOCAL, FULL = "sliding_attention", "full_attention"


def drawn(rng: Random, **more: int | list[str]) -> Config:
    """A config of plausible numbers without KV heads: MHA."""
    heads = 8 * rng.randrange(1, 9)
    sizes = {"num_hidden_layers": rng.randrange(12, 81), "num_attention_heads": heads,
             "hidden_size": heads * rng.choice((64, 96, 128))}  # fmt: skip
    return {**sizes, **more}


def mixed(rng: Random, window: int) -> Config:
    """Some sliding layers to each full one."""
    kinds = [FULL if layer % 6 == 5 else LOCAL for layer in range(rng.randrange(13, 40))]
    return drawn(rng, num_hidden_layers=len(kinds), layer_types=kinds, sliding_window=window,
                 num_key_value_heads=rng.choice((1, 2, 4)))  # fmt: skip


def hidden(rng: Random) -> tuple[Probe, ...]:
    tokens = rng.randrange(2000, 9000)
    mla = drawn(rng, kv_lora_rank=512, qk_rope_head_dim=64)
    latent = drawn(rng, kv_lora_rank=rng.choice((256, 384)), qk_rope_head_dim=32)
    named = [
        ("mha", (drawn(rng), tokens, 16)),
        ("gqa", (drawn(rng, num_key_value_heads=4), tokens, 16)),
        ("gqa", (drawn(rng, num_key_value_heads=1), 1, 16)),
        ("head_dim", (drawn(rng, num_key_value_heads=8, head_dim=256), tokens, 16)),
        ("head_dim", (drawn(rng, head_dim=32), tokens, 16)),
        ("mla", (mla, tokens, 16)),
        ("mla", (latent, tokens, 8)),
        ("sliding", (mixed(rng, 1024), tokens, 16)),
        ("sliding", (mixed(rng, 512), tokens, 8)),
        ("short", (mixed(rng, 4096), rng.randrange(10, 1000), 16)),
        ("bits", (drawn(rng, num_key_value_heads=2), tokens, 8)),
        ("bits", (drawn(rng, num_key_value_heads=2), tokens, 4)),
    ]
    return tuple(Probe(Case(arguments), name) for name, arguments in named)


PROBLEM = Problem(
    id="kv-bytes",
    function="kv_bytes",
    visible=(
        Case((LLAMA, 1, 16)),
        Case((GPT2, 1000, 16)),
        Case((DEEPSEEK, 1, 16)),
    ),
    hidden=hidden,
    tolerance=Tolerance(0.0, 0.0),
)
