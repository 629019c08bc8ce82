"""A GGUF of the Llama family becomes a folder in Hugging Face layout: one loader for everything.

llama.cpp renames the tensors and reorders the rows of q and k (it rotates neighbouring pairs
where Hugging Face rotates the two halves of a head); both are undone here.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from lesson_core.artefacts import safetensors_file, tokenizer_json
from lesson_core.artefacts.gguf_file import Array, GGUFFile, Tensor
from lesson_core.errors import LabError

TOP = {
    "token_embd.weight": "model.embed_tokens.weight",
    "output_norm.weight": "model.norm.weight",
    "output.weight": "lm_head.weight",
}
LAYER = {
    "attn_norm": "input_layernorm",
    "attn_q": "self_attn.q_proj",
    "attn_k": "self_attn.k_proj",
    "attn_v": "self_attn.v_proj",
    "attn_output": "self_attn.o_proj",
    "ffn_norm": "post_attention_layernorm",
    "ffn_gate": "mlp.gate_proj",
    "ffn_up": "mlp.up_proj",
    "ffn_down": "mlp.down_proj",
}


def convert(gguf: Path, folder: Path) -> Iterator[tuple[int, int]]:
    """Write `folder` from `gguf`; yields (bytes written, bytes in all) after each tensor."""
    source = GGUFFile(gguf)
    config = hf_config(source)
    folder.mkdir(parents=True, exist_ok=True)
    yield from _write_weights(source, config, folder / "model.safetensors")
    _write_json(folder / "config.json", config)
    generation = {key: config[key] for key in ("bos_token_id", "eos_token_id", "pad_token_id")}
    _write_json(folder / "generation_config.json", generation)
    tokenizer_json.write(source, folder)


def hf_config(source: GGUFFile) -> dict[str, Any]:
    """The `config.json` that Hugging Face would have, read from the GGUF's key-values."""
    architecture = source.need("general.architecture")
    if architecture != "llama":
        raise LabError("model_family_unknown", family=str(architecture))
    heads = int(source.need("llama.attention.head_count"))
    width = int(source.need("llama.embedding_length"))
    names = {tensor.name for tensor in source.tensors()}
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": width,
        "intermediate_size": int(source.need("llama.feed_forward_length")),
        "num_hidden_layers": int(source.need("llama.block_count")),
        "num_attention_heads": heads,
        "num_key_value_heads": int(source.get("llama.attention.head_count_kv", heads)),
        "head_dim": int(source.get("llama.attention.key_length", width // heads)),
        "max_position_embeddings": int(source.need("llama.context_length")),
        "rms_norm_eps": _short(source.need("llama.attention.layer_norm_rms_epsilon")),
        "rope_theta": _short(source.get("llama.rope.freq_base", 10_000.0)),
        "vocab_size": len(source.need("tokenizer.ggml.tokens")),
        "tie_word_embeddings": "output.weight" not in names,
        "hidden_act": "silu",
        "attention_bias": False,
        "mlp_bias": False,
        "bos_token_id": source.get("tokenizer.ggml.bos_token_id"),
        "eos_token_id": source.get("tokenizer.ggml.eos_token_id"),
        "pad_token_id": source.get("tokenizer.ggml.padding_token_id"),
        "dtype": "float32",
    }


def hf_name(name: str) -> str:
    """`blk.0.attn_q.weight` → `model.layers.0.self_attn.q_proj.weight`."""
    if name in TOP:
        return TOP[name]
    parts = name.split(".")
    if len(parts) == 4 and parts[0] == "blk" and parts[2] in LAYER and parts[3] == "weight":
        return f"model.layers.{int(parts[1])}.{LAYER[parts[2]]}.weight"
    raise LabError("weights_unexpected", tensor=name)


def unpermute(weight: Array, heads: int) -> Array:
    """Rows of one head from (0, d/2, 1, d/2+1, …) back to (0, 1, 2, …).

    llama.cpp interleaves the two halves of each head's q and k rows; this undoes it.
    """
    rows, columns = weight.shape  # [heads·d_head, d_model]
    pairs = weight.reshape(heads, rows // heads // 2, 2, columns)  # [heads, d_head/2, 2, d_model]
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(rows, columns)


def _write_weights(
    source: GGUFFile, config: dict[str, Any], path: Path
) -> Iterator[tuple[int, int]]:
    # llama.cpp may ship precomputed RoPE factors; without them the loader computes its own.
    tensors = {hf_name(t.name): t for t in source.tensors() if t.name != "rope_freqs.weight"}
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    total = sum(4 * int(np.prod(shape)) for shape in shapes.values())
    for done in safetensors_file.write(path, shapes, _expanded(tensors, config)):
        yield done, total


def _expanded(tensors: dict[str, Tensor], config: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    for name, tensor in tensors.items():
        values = tensor.expand()
        if name.endswith("q_proj.weight"):
            values = unpermute(values, config["num_attention_heads"])
        elif name.endswith("k_proj.weight"):
            values = unpermute(values, config["num_key_value_heads"])
        yield name, values


def _short(value: float) -> float:
    """9.999999747378752e-06 (an fp32 read as double) → 1e-05, as the model's authors wrote it."""
    return float(str(np.float32(value)))


def _write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
