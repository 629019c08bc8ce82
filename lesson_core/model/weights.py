"""From a folder in the layout of the Hugging Face Hub to a model that runs.

One table per family says which of their tensors make up each of ours. Where ours is one matrix
and theirs are several (query, key, value; gate and up), they are stacked in the order given.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.transformer import Transformer
from lesson_core.schema.config import ModelConfig

LLAMA: dict[str, tuple[str, ...]] = {
    "embedding": ("model.embed_tokens",),
    "norm": ("model.norm",),
    "head": ("lm_head",),
    "layers.{}.attention_norm": ("model.layers.{}.input_layernorm",),
    "layers.{}.attention.qkv": (
        "model.layers.{}.self_attn.q_proj",
        "model.layers.{}.self_attn.k_proj",
        "model.layers.{}.self_attn.v_proj",
    ),
    "layers.{}.attention.q_norm": ("model.layers.{}.self_attn.q_norm",),
    "layers.{}.attention.k_norm": ("model.layers.{}.self_attn.k_norm",),
    "layers.{}.attention.out": ("model.layers.{}.self_attn.o_proj",),
    "layers.{}.mlp_norm": ("model.layers.{}.post_attention_layernorm",),
    "layers.{}.mlp.gate_up": ("model.layers.{}.mlp.gate_proj", "model.layers.{}.mlp.up_proj"),
    "layers.{}.mlp.down": ("model.layers.{}.mlp.down_proj",),
}

GPT2: dict[str, tuple[str, ...]] = {
    "embedding": ("wte",),
    "positions": ("wpe",),
    "norm": ("ln_f",),
    "head": ("lm_head",),
    "layers.{}.attention_norm": ("h.{}.ln_1",),
    "layers.{}.attention.qkv": ("h.{}.attn.c_attn",),
    "layers.{}.attention.out": ("h.{}.attn.c_proj",),
    "layers.{}.mlp_norm": ("h.{}.ln_2",),
    "layers.{}.mlp.up": ("h.{}.mlp.c_fc",),
    "layers.{}.mlp.down": ("h.{}.mlp.c_proj",),
}

NAMES = {
    "llama": LLAMA,
    "qwen2": LLAMA,
    "qwen3": LLAMA,
    "gpt2": GPT2,
}

TRANSPOSED = ("c_attn.weight", "c_proj.weight", "c_fc.weight")
"""GPT-2 stores these as [in, out] ("Conv1D"); a linear layer wants [out, in]."""

IGNORED = (".attn.bias", ".attn.masked_bias", ".rotary_emb.inv_freq")
"""Masks and tables that old files carry along; the model computes its own."""

Reader = Callable[[], Tensor]


def load(folder: Path, *, dtype: torch.dtype, device: str) -> Transformer:
    """Build the model in `folder` (config.json, *.safetensors) with its weights.

    Raises LabError: "model_files_missing", "model_file_damaged", "model_tensor_missing",
    "model_tensor_unknown", "model_tensor_shape", or what ModelConfig.from_hf raises.
    """
    config = ModelConfig.from_hf(_json(folder / "config.json"))
    with torch.device("meta"):  # shapes only: the weights come from the files
        model = Transformer(config)
    with ExitStack() as files:
        readers = _open(folder, files)
        state = {name: t.to(device) for name, t in _rename(model, readers, dtype)}
    model.load_state_dict(state, strict=False, assign=True)
    model.tie_head()
    if model.rotary is not None:
        model.rotary.to(dtype=dtype)
    return model.to(device).requires_grad_(False).eval()


def _rename(
    model: Transformer, readers: dict[str, Reader], dtype: torch.dtype
) -> Iterator[tuple[str, Tensor]]:
    """Our tensors, read from theirs; every one of theirs must be used."""
    left = set(readers)
    for name, wanted in model.named_parameters():
        sources = _sources(model.config, name)
        missing = [source for source in sources if source not in readers]
        if missing:
            raise LabError("model_tensor_missing", name=missing[0])
        left.difference_update(sources)
        pieces = [_read(readers, source) for source in sources]
        tensor = torch.cat(pieces).to(dtype)  # a copy: nothing stays mapped to the file
        if tensor.shape != wanted.shape:
            raise LabError(
                "model_tensor_shape", name=name, found=list(tensor.shape), wanted=list(wanted.shape)
            )
        yield name, tensor
    left = {name for name in left if not name.endswith(IGNORED)}
    if model.config.tied_head:
        left.discard("lm_head.weight")  # a copy of the embedding
    if left:
        raise LabError("model_tensor_unknown", name=min(left))


def _sources(config: ModelConfig, name: str) -> list[str]:
    """Their names for ours: "layers.3.mlp.down.weight" → "model.layers.3.mlp.down_proj.weight"."""
    module, _, kind = name.rpartition(".")
    parts = module.split(".")
    index = parts[1] if parts[0] == "layers" else ""
    pattern = ".".join(["layers", "{}", *parts[2:]]) if index else module
    return [f"{source.format(index)}.{kind}" for source in NAMES[config.family][pattern]]


def _read(readers: dict[str, Reader], name: str) -> Tensor:
    tensor = readers[name]()
    return tensor.t() if name.endswith(TRANSPOSED) else tensor


def _open(folder: Path, files: ExitStack) -> dict[str, Reader]:
    """A reader per tensor, over one file or the shards of an index; nothing is read yet."""
    readers: dict[str, Reader] = {}
    for path in _files(folder):
        try:
            file = files.enter_context(safe_open(path, framework="pt"))
        except FileNotFoundError:
            raise LabError("model_files_missing", file=path.name, folder=str(folder)) from None
        except (SafetensorError, OSError) as problem:
            raise LabError("model_file_damaged", file=path.name, problem=str(problem)) from problem
        for name in file.keys():  # noqa: SIM118 (not a dict)
            readers[name.removeprefix("transformer.")] = _reader(file, name)
    return readers


def _reader(file: Any, name: str) -> Reader:
    return lambda: file.get_tensor(name)


def _files(folder: Path) -> list[Path]:
    index = folder / "model.safetensors.index.json"
    if not index.exists():
        return [folder / "model.safetensors"]
    names = set(_json(index)["weight_map"].values())
    if any(Path(name).name != name for name in names):
        raise LabError("model_file_damaged", file=index.name, problem="a path in weight_map")
    return [folder / name for name in sorted(names)]


def _json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise LabError("model_files_missing", file=path.name, folder=str(path.parent)) from None
    except ValueError as problem:
        raise LabError("model_file_damaged", file=path.name, problem=str(problem)) from problem
    if not isinstance(values, dict):
        raise LabError("model_file_damaged", file=path.name, problem="not an object")
    return values


class Row(NamedTuple):
    """One line of the census."""

    name: str
    group: str  # embedding, attention, mlp, norm, head
    shape: tuple[int, ...]
    params: int


def census(model: Transformer) -> list[Row]:
    """Every parameter tensor once (a tied head is counted as the embedding), in model order."""
    return [
        Row(name, _group(name), tuple(tensor.shape), tensor.numel())
        for name, tensor in model.named_parameters()
    ]


def _group(name: str) -> str:
    parts = name.split(".")
    part = parts[2] if parts[0] == "layers" else parts[0]
    if part == "positions":
        return "embedding"
    return "norm" if part.endswith("norm") else part
