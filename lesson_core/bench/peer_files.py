"""The same weights in the file formats of the peers, written once and kept beside the models.

llama.cpp reads GGUF: F32 and Q8_0 are written here from the lab's own safetensors. Its four-bit
file is the one the default model came in; where that is not at hand, Q4_1 is written as well: the
weights are that file expanded, so its levels are found again. CTranslate2 brings a converter.
"""

import json
from pathlib import Path
from typing import Any

import numpy as np
from gguf import GGMLQuantizationType, GGUFWriter, TokenType, quants
from safetensors.numpy import load_file

from lesson_core.artefacts.convert import LAYER, TOP
from lesson_core.artefacts.home import lab_home

KINDS = {
    "fp32": (GGMLQuantizationType.F32, GGMLQuantizationType.F32),
    "int8": (GGMLQuantizationType.Q8_0, GGMLQuantizationType.Q8_0),
    "int4": (GGMLQuantizationType.Q4_1, GGMLQuantizationType.Q8_0),
}
"""Per precision: how the layers' matrices and how the embedding (the tied head) are written."""

OURS_TO_GGUF = {theirs: ours for ours, theirs in {**TOP, **LAYER}.items()}


def kept(folder: Path, name: str) -> Path:
    """Where a written file of the model in `folder` is kept; its name changes with the weights."""
    stamp = (folder / "model.safetensors").stat()
    place = lab_home() / "bench" / f"{folder.name}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    place.mkdir(parents=True, exist_ok=True)
    return place / name


def gguf(folder: Path, precision: str) -> Path:
    """A GGUF of the Llama-like model in `folder`, in the peer's format nearest to `precision`."""
    path = kept(folder, f"{precision}.gguf")
    if not path.exists():
        partial = path.with_suffix(".part")
        _write_gguf(folder, partial, *KINDS[precision])
        partial.replace(path)
    return path


def ctranslate2(folder: Path, precision: str) -> Path:
    """The model as CTranslate2 wants it, by its own converter."""
    from ctranslate2.converters import TransformersConverter

    path = kept(folder, f"ctranslate2-{precision}")
    if not (path / "model.bin").exists():
        kind = {"fp32": "float32", "int8": "int8"}[precision]
        TransformersConverter(str(folder)).convert(str(path), quantization=kind, force=True)
        _name_special_tokens(path / "config.json")
    return path


def _name_special_tokens(path: Path) -> None:
    """CTranslate2 wants every special token to have a name; a model may have no first one."""
    config = json.loads(path.read_text("utf-8"))
    for name in ("bos_token", "eos_token", "unk_token"):
        config[name] = config.get(name) or config["eos_token"]
    path.write_text(json.dumps(config), "utf-8")


def _write_gguf(
    folder: Path, path: Path, matrix: GGMLQuantizationType, table: GGMLQuantizationType
) -> None:
    config = json.loads((folder / "config.json").read_text("utf-8"))
    writer = GGUFWriter(path, "llama")
    _write_shape(writer, config)
    _write_tokens(writer, folder, config)
    for name, weight in load_file(folder / "model.safetensors").items():
        if name == "lm_head.weight" and config["tie_word_embeddings"]:
            continue
        kind = GGMLQuantizationType.F32 if weight.ndim == 1 else matrix
        kind = table if name in ("model.embed_tokens.weight", "lm_head.weight") else kind
        codes = quants.quantize(_in_their_order(name, weight.astype(np.float32), config), kind)
        writer.add_tensor(_their_name(name), codes, raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _write_shape(writer: GGUFWriter, config: dict[str, Any]) -> None:
    heads, width = config["num_attention_heads"], config["hidden_size"]
    d_head = config.get("head_dim") or width // heads
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(width)
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(d_head)
    writer.add_value_length(d_head)
    writer.add_rope_dimension_count(d_head)
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def _write_tokens(writer: GGUFWriter, folder: Path, config: dict[str, Any]) -> None:
    """The vocabulary; only ids pass between the lab and the peer, so its splitting is not used."""
    tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    ids = {**tokenizer["model"]["vocab"]}
    ids.update({token["content"]: token["id"] for token in tokenizer["added_tokens"]})
    added = {token["id"] for token in tokenizer["added_tokens"]}
    words = {number: word for word, number in ids.items()}
    everyone = range(config["vocab_size"])
    merges = tokenizer["model"]["merges"]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("smollm")
    writer.add_token_list([words.get(i, f"<unused {i}>") for i in everyone])
    writer.add_token_types(
        [TokenType.CONTROL if i in added else TokenType.NORMAL for i in everyone]
    )
    writer.add_token_merges([m if isinstance(m, str) else " ".join(m) for m in merges])
    writer.add_add_bos_token(False)
    for kind in ("bos", "eos"):
        if config.get(f"{kind}_token_id") is not None:
            getattr(writer, f"add_{kind}_token_id")(config[f"{kind}_token_id"])


def _their_name(name: str) -> str:
    """`model.layers.0.self_attn.q_proj.weight` → `blk.0.attn_q.weight`."""
    if name in OURS_TO_GGUF:
        return OURS_TO_GGUF[name]
    _, _, layer, *part, _ = name.split(".")
    return f"blk.{layer}.{OURS_TO_GGUF['.'.join(part)]}.weight"


def _in_their_order(name: str, weight: Any, config: dict[str, Any]) -> Any:
    """llama.cpp interleaves the two halves of each head's q and k rows."""
    if not name.endswith(("q_proj.weight", "k_proj.weight")):
        return weight
    queries = name.endswith("q_proj.weight")
    heads = config["num_attention_heads" if queries else "num_key_value_heads"]
    rows, columns = weight.shape
    halves = weight.reshape(heads, 2, rows // heads // 2, columns)
    return np.ascontiguousarray(halves.swapaxes(1, 2)).reshape(rows, columns)
