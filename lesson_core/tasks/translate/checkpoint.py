"""The state of a training in one safetensors file, and the finished model's files."""

import dataclasses
import json
from pathlib import Path
from typing import Protocol

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from lesson_core.model.attending import Shape
from lesson_core.model.encoder_decoder import EncoderDecoder

Weights = dict[str, Tensor]


class Trained(Protocol):
    """What a training consists of."""

    weights: dict[str, nn.Parameter]
    average: Weights
    muon: torch.optim.Optimizer
    adam: torch.optim.Optimizer

    def refresh(self) -> None:
        """Bring the copy that computes up to date."""


def save_state(trained: Trained, done: dict[str, float], path: Path) -> None:
    """Weights, their running average, the optimisers' memory and the counters in `done`."""
    tensors = {f"done.{name}": torch.tensor(float(value)) for name, value in done.items()}
    for name, weight in trained.weights.items():
        tensors[f"weight.{name}"] = weight.detach()
        tensors[f"average.{name}"] = trained.average[name]
        for kind, optimizer in (("muon", trained.muon), ("adam", trained.adam)):
            for slot, value in optimizer.state.get(weight, {}).items():
                tensors[f"{kind}.{slot}.{name}"] = value
    part = path.with_suffix(".part")
    save_file(tensors, part)
    part.replace(path)


@torch.no_grad()
def load_state(trained: Trained, path: Path) -> dict[str, float]:
    """Put back what `save_state` wrote; returns the counters, none if there is no file."""
    if not path.exists():
        return {}
    tensors = load_file(path)
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "weight":
            trained.weights[rest].copy_(tensor)
        elif kind == "average":
            trained.average[rest].copy_(tensor)
        elif kind != "done":
            slot, _, weight = rest.partition(".")
            optimizer = trained.muon if kind == "muon" else trained.adam
            optimizer.state[trained.weights[weight]][slot] = tensor
    trained.refresh()
    return {name[5:]: float(value) for name, value in tensors.items() if name.startswith("done.")}


def averaged(path: Path) -> Weights:
    """The running average of the weights in a state."""
    return {
        name.removeprefix("average."): tensor
        for name, tensor in load_file(path).items()
        if name.startswith("average.")
    }


def export(weights: Weights, shape: Shape, folder: Path, dtype: torch.dtype) -> None:
    """Write `model.safetensors` and `config.json`."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.to(dtype).contiguous() for name, tensor in weights.items()}
    file = folder / "model.safetensors"
    save_file(tensors, file, metadata={"format": "pt"})
    file.chmod(0o644)  # safetensors writes for the owner only
    text = json.dumps({"model_type": "encoder_decoder", **dataclasses.asdict(shape)}, indent=2)
    (folder / "config.json").write_text(text + "\n", encoding="utf-8")


def model_of(weights: Weights, shape: Shape) -> EncoderDecoder:
    """A model that runs, with these weights in fp32."""
    model = EncoderDecoder(shape)
    model.load_state_dict({name: tensor.float() for name, tensor in weights.items()})
    return model.requires_grad_(False).eval()
