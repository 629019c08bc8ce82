"""A worker's lab for tests: a tiny random model, a byte tokenizer, a clock that counts."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import torch
from tokenizers import Tokenizer as Library
from tokenizers import decoders, models, pre_tokenizers

from lesson_core.measure.environment import environment
from lesson_core.model.transformer import Transformer
from lesson_core.schema.card import BandwidthPoint, Card, Rate
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import Recipe
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.formats import unpacked

CONTROL = {"<|im_start|>": 256, "<|im_end|>": 257}
CONFIG = ModelConfig(
    family="llama", n_layers=3, d_model=32, n_heads=4, n_kv_heads=2, d_head=8, d_ff=48,
    vocab_size=258, max_seq_len=160, norm="rmsnorm", norm_eps=1e-5, positions="rope",
    rope_theta=10_000.0, mlp="swiglu", tied_head=True, qkv_bias=False, linear_bias=False,
    qk_norm=False,
)  # fmt: skip
RECIPE = Recipe(model="tiny", device="cpu", precision="fp32", threads=1)


def byte_tokenizer(folder: Path, chat: bool) -> Tokenizer:
    """One token per byte, and the two control tokens of ChatML."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    library = Library(models.BPE({char: i for i, char in enumerate(alphabet)}, []))
    library.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    library.decoder = decoders.ByteLevel()
    library.add_special_tokens(list(CONTROL))
    library.save(str(folder / "tokenizer.json"))
    settings: dict[str, object] = {"eos_token": "<|im_end|>"}
    if chat:
        settings["chat_template"] = "{% for message in messages %}"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), "utf-8")
    return Tokenizer.load(folder)


@cache
def tiny_model() -> Transformer:
    """Random, but the same in every test."""
    torch.manual_seed(0)
    return Transformer(CONFIG).requires_grad_(False).eval()


def card() -> Card:
    """A card of this machine with round numbers."""

    def rate(value: float) -> Rate:
        return Rate(per_s=value, samples=(value,))

    return Card(
        environment=environment("cpu", "fp32", 1),
        scope="quick",
        bandwidth=(BandwidthPoint(bytes=10**6, rate=rate(1e6)),),
        flops={"fp32": rate(1e9)},
        dispatch_s=1e-6,
    )


@dataclass
class FakeLab:
    """Every look at the clock takes a millisecond."""

    folder: Path
    chat: bool = True
    stop_after: int | None = None  # looks at `cancelled` until it says yes
    now: float = 100.0
    loads: int = 0
    asked: int = field(default=0)

    def clock(self) -> float:
        self.now += 0.001
        return self.now

    def cancelled(self) -> bool:
        self.asked += 1
        return self.stop_after is not None and self.asked > self.stop_after

    def model(self, recipe: Recipe) -> SimpleNamespace:
        """A loaded model as experiments see it."""
        self.loads += 1
        return SimpleNamespace(
            model=tiny_model(),
            tokenizer=byte_tokenizer(self.folder, self.chat),
            config=CONFIG,
            device="cpu",
            dtype_name="fp32",
            scheme=unpacked(4),
            load_s=0.5,
            environment=environment("cpu", "fp32", 1),
        )
