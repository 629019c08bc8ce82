"""A Llama of two layers, written as llama.cpp would: permuted rows, three kinds of tensors."""

from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np

D, HEADS, KV_HEADS, FF, LAYERS = 64, 4, 2, 96, 2
BYTES = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
MERGES = ["h e", "l l", "he ll", "hell o", "1 2", "Ġ hello"]
TEMPLATE = "{% for m in messages %}{{ m.content }}{% endfor %}"


@dataclass(frozen=True)
class Tiny:
    """The file, and the Hugging Face tensors that went into it (after quantisation)."""

    path: Path
    tensors: dict[str, np.ndarray]


def alphabet() -> list[str]:
    """GPT-2's 256 printable stand-ins for bytes."""
    rest = [byte for byte in range(256) if byte not in BYTES]
    return [chr(byte) for byte in BYTES] + [chr(256 + number) for number in range(len(rest))]


def vocabulary() -> list[str]:
    return SPECIAL + sorted(alphabet()) + [merge.replace(" ", "") for merge in MERGES]


def permute(weight: np.ndarray, heads: int) -> np.ndarray:
    """What llama.cpp does to q and k: row i and row i + d/2 of a head become neighbours."""
    out = np.empty_like(weight)
    size = len(weight) // heads
    for head in range(heads):
        for i in range(size // 2):
            out[head * size + 2 * i] = weight[head * size + i]
            out[head * size + 2 * i + 1] = weight[head * size + size // 2 + i]
    return out


def names() -> dict[str, tuple[str, tuple[int, ...], str]]:
    """GGUF name → (Hugging Face name, shape, how it is stored)."""
    d_head = D // HEADS
    found = {
        "token_embd.weight": ("model.embed_tokens.weight", (len(vocabulary()), D), "Q8_0"),
        "output_norm.weight": ("model.norm.weight", (D,), "F32"),
    }
    for n in range(LAYERS):
        ours, theirs = f"blk.{n}.", f"model.layers.{n}."
        for gguf_name, hf_name, shape in [
            ("attn_norm", "input_layernorm", (D,)),
            ("attn_q", "self_attn.q_proj", (HEADS * d_head, D)),
            ("attn_k", "self_attn.k_proj", (KV_HEADS * d_head, D)),
            ("attn_v", "self_attn.v_proj", (KV_HEADS * d_head, D)),
            ("attn_output", "self_attn.o_proj", (D, D)),
            ("ffn_norm", "post_attention_layernorm", (D,)),
            ("ffn_gate", "mlp.gate_proj", (FF, D)),
            ("ffn_up", "mlp.up_proj", (FF, D)),
            ("ffn_down", "mlp.down_proj", (D, FF)),
        ]:
            kind = "F32" if len(shape) == 1 else "Q4_1"
            found[f"{ours}{gguf_name}.weight"] = (f"{theirs}{hf_name}.weight", shape, kind)
    return found


def write(path: Path, *, pre: str = "smollm", architecture: str = "llama") -> Tiny:
    """Write the file with random weights."""
    random = np.random.default_rng(0)
    writer = gguf.GGUFWriter(path, architecture)
    writer.add_block_count(LAYERS)
    writer.add_context_length(128)
    writer.add_embedding_length(D)
    writer.add_feed_forward_length(FF)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV_HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(100_000.0)
    writer.add_rope_dimension_count(D // HEADS)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(pre)
    writer.add_token_list(vocabulary())
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_token_types([control if t in SPECIAL else normal for t in vocabulary()])
    writer.add_token_merges(MERGES)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_chat_template(TEMPLATE)
    tensors = {}
    for name, (hf_name, shape, kind) in names().items():
        wanted = gguf.GGMLQuantizationType[kind]
        values = random.standard_normal(shape, dtype=np.float32)
        heads = {"attn_q": HEADS, "attn_k": KV_HEADS}.get(name.split(".")[-2], 0)
        stored = gguf.quants.quantize(values, wanted)
        tensors[hf_name] = gguf.quants.dequantize(stored, wanted).reshape(shape)
        if heads:  # rows keep their groups, so permuting before or after quantising is the same
            stored = gguf.quants.quantize(permute(values, heads), wanted)
        writer.add_tensor(name, stored, raw_dtype=wanted)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return Tiny(path, tensors)
