"""Published models: every row of assets/tables/models.csv as an architecture that can be priced.

Totals in the table come with their source; the code computes its own and a test holds them equal.
"""

import csv
import re
from functools import cache
from pathlib import Path

from lesson_core.errors import LabError
from lesson_core.schema.config import Family, ModelConfig
from lesson_core.theory import costs
from lesson_core.theory.architectures import Architecture, Experts, Latent, Window

TABLES = Path(__file__).parents[2] / "assets" / "tables"
PLAIN: dict[str, Family] = {"llama": "llama", "qwen2": "qwen2", "qwen3": "qwen3", "gpt2": "gpt2"}


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table in assets/tables."""
    with (TABLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def architectures() -> dict[str, Architecture]:
    """Every model by name."""
    return {row["model"]: _architecture(row) for row in rows("models.csv")}


@cache
def plain_models() -> dict[str, ModelConfig]:
    """The decoders that the lab's own model could be: no experts, no latent cache, no window."""
    return {
        row["model"]: _config(row)
        for row in rows("models.csv")
        if row["family"] in PLAIN and not row["n_experts"]
    }


def architecture(name: str) -> Architecture:
    """A model of the table; raises LabError("model_not_listed")."""
    if name not in architectures():
        raise LabError("model_not_listed", name=name)
    return architectures()[name]


# Names under which measurements know a model of the table, as patterns on the squeezed name.
SAME_SHAPE = {
    r"vicuna7b.*|llama7b.*|llama17b.*": "Llama-2-7B",
    r"vicuna13b.*|llama13b.*": "Llama-2-13B",
    r"deepseek(r1|v3).*": "DeepSeek-V3",
    r"qwen330ba3b.*|qwen3coder30b.*": "Qwen3-30B-A3B",
    r"qwen3235ba22b.*": "Qwen3-235B-A22B",
    r"codellama7b.*": "Llama-2-7B",
    r"codellama13b.*": "Llama-2-13B",
    r"deepseekr1distillllama8b.*": "Llama-3.1-8B",
    r"deepseekr1distillllama70b.*": "Llama-3.1-70B",
    r"mistral7b.*": "Mistral-7B-v0.1",
    r"gemma3(\d+b).*": r"Gemma-3-\1",
}


def find(name: str) -> Architecture | None:
    """The model a measurement means by `name` ("Meta-Llama-3-8B-Instruct"); None if unknown.

    Models of one shape cost the same: Vicuna-7B is a Llama-2-7B, DeepSeek-R1 a DeepSeek-V3.
    A name with a second model in brackets (a draft) is not taken for the first.
    """
    if re.search(r"\bdraft\b", name, re.IGNORECASE):
        return None
    squeezed = _squeeze(name)
    listed = {_squeeze(known): known for known in architectures()}
    for pattern, known in SAME_SHAPE.items():
        match = re.fullmatch(pattern, squeezed)
        target = listed.get(_squeeze(match.expand(known))) if match else None
        if target and squeezed not in listed:
            return architectures()[target]
    fits = [key for key in listed if re.fullmatch(key + r"([a-z].*|2\d{3}.*|v\d.*)?", squeezed)]
    return architectures()[listed[max(fits, key=len)]] if fits else None


def _squeeze(name: str) -> str:
    """Letters and digits, lower case, no maker's prefix: "Meta-Llama-3-8B" is llama38b."""
    bare = re.sub(r"\(.*?\)|\b671b\b", "", name.lower().split("/")[-1])
    return re.sub(r"^(meta|hf)(?=llama)", "", re.sub(r"[^a-z0-9]", "", bare))


def _architecture(row: dict[str, str]) -> Architecture:
    config, family = _config(row), row["family"]
    n, d = config.n_layers, config.d_model
    oss = family == "gptoss"
    groups = costs.parameters(config)
    small = sum(groups.get(name, 0) for name in ("norms", "qk_norm", "biases"))
    experts = latent = window = None
    if row["n_experts"]:
        experts = Experts(
            count=int(row["n_experts"]),
            per_token=int(row["experts_per_token"]),
            d_expert=int(row["d_expert"]),
            shared=int(row["shared_experts"]),
            dense_layers=int(row["dense_layers"]),
        )
    if row["kv_rank"]:
        latent = Latent(
            kv_rank=int(row["kv_rank"]),
            q_rank=int(row["q_rank"]),
            rope_dim=int(row["rope_dim"]),
            d_value=int(row["d_value"]),
        )
        small += n * (latent.kv_rank + latent.q_rank)  # a norm on each latent
    if row["window"]:
        window = Window(tokens=int(row["window"]), global_every=int(row["global_every"]))
    if family == "gemma3":
        small += n * 2 * d  # a norm after each half of a layer, too
    if latent and experts:  # a bias that balances the routing
        small += (n - experts.dense_layers) * experts.count
    if oss and experts:  # biases of router and experts, a sink per head
        small += n * (experts.count * (1 + 2 * experts.d_expert + d) + config.n_heads)
    return Architecture(
        name=row["model"], config=config, experts=experts, latent=latent, window=window, small=small
    )


def _config(row: dict[str, str]) -> ModelConfig:
    family = row["family"]
    gpt2 = family == "gpt2"
    old = gpt2 or family in ("bloom", "falcon", "gptj")  # LayerNorm, no gate
    return ModelConfig(
        family=PLAIN.get(family, "llama"),
        norm="layernorm" if old else "rmsnorm",
        norm_eps=1e-5,
        positions="learned" if gpt2 else "rope",
        rope_theta=None if gpt2 else 10_000.0,  # costs do not depend on it
        mlp="gelu" if old else "swiglu",
        tied_head=row["tied"] == "1",
        qkv_bias=family in ("gpt2", "bloom", "qwen2", "gptoss"),
        linear_bias=family in ("gpt2", "bloom", "gptoss"),
        qk_norm=family in ("qwen3", "gemma3"),
        n_layers=int(row["n_layers"]),
        d_model=int(row["d_model"]),
        n_heads=int(row["n_heads"]),
        n_kv_heads=int(row["n_kv_heads"]),
        d_head=int(row["d_head"]),
        d_ff=int(row["d_ff"]),
        vocab_size=int(row["vocab_size"]),
        max_seq_len=int(row["max_seq_len"]),
    )
