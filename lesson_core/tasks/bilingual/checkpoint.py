"""The shape of the model, its first weights, and its files: Hub layout and resumable state."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lesson_core.model.transformer import Transformer
from lesson_core.model.weights import NAMES
from lesson_core.schema.config import ModelConfig

HF_CONFIG: dict[str, Any] = {
    "architectures": ["LlamaForCausalLM"],
    "model_type": "llama",
    "hidden_size": 256,
    "intermediate_size": 640,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 64,
    "hidden_act": "silu",
    "max_position_embeddings": 512,
    "rms_norm_eps": 1e-5,
    "rope_theta": 10000.0,
    "attention_bias": False,
    "mlp_bias": False,
    "tie_word_embeddings": True,
    "vocab_size": 4096,
    "bos_token_id": None,
    "eos_token_id": 0,
    "torch_dtype": "float32",
}
GENERATION = {"eos_token_id": 0, "do_sample": True, "temperature": 0.7, "top_p": 0.9}
TOKENIZER = {
    "tokenizer_class": "PreTrainedTokenizerFast",
    "eos_token": "<|endoftext|>",
    "model_max_length": 512,
    "clean_up_tokenization_spaces": False,
}


def fresh(config: ModelConfig, seed: int) -> Transformer:
    """A model with random weights: deviation 0.02, less where a layer adds to the stream."""
    torch.manual_seed(seed)
    model = Transformer(config)
    for name, weight in model.named_parameters():
        if weight.dim() == 2:
            adds = name.endswith(("attention.out.weight", "mlp.down.weight"))
            nn.init.normal_(weight, std=0.02 / (2 * config.n_layers) ** 0.5 if adds else 0.02)
    return model


def hub_tensors(model: Transformer, dtype: torch.dtype = torch.float32) -> dict[str, Tensor]:
    """The weights under the names of the Hub, fused matrices taken apart again."""
    config = model.config
    heads = [config.n_heads * config.d_head, *[config.n_kv_heads * config.d_head] * 2]
    out = {}
    for name, weight in model.named_parameters():
        module, _, kind = name.rpartition(".")
        parts = module.split(".")
        index = parts[1] if parts[0] == "layers" else ""
        pattern = ".".join(["layers", "{}", *parts[2:]]) if index else module
        theirs = NAMES[config.family][pattern]
        sizes = {1: [len(weight)], 2: [config.d_ff] * 2, 3: heads}[len(theirs)]
        for target, tensor in zip(theirs, torch.split(weight.detach(), sizes), strict=True):
            out[f"{target.format(index)}.{kind}"] = tensor.to(dtype).contiguous()
    return out


def export(
    model: Transformer,
    folder: Path,
    config: dict[str, Any] | None = None,
    dtype: torch.dtype = torch.float32,
) -> None:
    """Write the model's files beside its tokenizer.json; in fp32 no rounding is hidden in them."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / "model.safetensors"
    save_file(hub_tensors(model, dtype), weights, metadata={"format": "pt"})
    weights.chmod(0o644)  # safetensors writes for the owner only
    config = (config or HF_CONFIG) | {"torch_dtype": str(dtype).removeprefix("torch.")}
    files = {"config": config, "generation_config": GENERATION, "tokenizer_config": TOKENIZER}
    for name, content in files.items():
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")


def save_state(
    model: nn.Module, optimizer: torch.optim.Optimizer, done: dict[str, float], path: Path
) -> None:
    """Weights, both moments of AdamW and the counters in `done`, in one safetensors file."""
    tensors = {f"done.{key}": torch.tensor(float(value)) for key, value in done.items()}
    for name, weight in model.named_parameters():
        tensors[f"weight.{name}"] = weight.detach()
        for key, value in optimizer.state[weight].items():
            tensors[f"{key}.{name}"] = value
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


def load_state(model: nn.Module, optimizer: torch.optim.Optimizer, path: Path) -> dict[str, float]:
    """Put back what `save_state` wrote; returns its counters, none if there is no file."""
    if not path.exists():
        return {}
    tensors = load_file(path)
    for name, weight in model.named_parameters():
        weight.data.copy_(tensors[f"weight.{name}"])
        if f"step.{name}" in tensors:  # not before the first step
            optimizer.state[weight] = {
                key: tensors[f"{key}.{name}"] for key in ("step", "exp_avg", "exp_avg_sq")
            }
    return {key[5:]: float(value) for key, value in tensors.items() if key.startswith("done.")}
