"""Loading: every tensor has its place, every problem its name."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from lesson_core.errors import LabError
from lesson_core.model.weights import census, load
from tests.equivalence.families import build
from tests.model.tiny import tiny_model


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    build("llama-gqa", tmp_path)
    return tmp_path


def _error(folder: Path) -> LabError:
    with pytest.raises(LabError) as raised:
        load(folder, dtype=torch.float32, device="cpu")
    return raised.value


def _change(folder: Path, add: dict[str, torch.Tensor], drop: str = "") -> None:
    tensors = load_file(folder / "model.safetensors")
    tensors.pop(drop, None)
    save_file(tensors | add, folder / "model.safetensors")


def test_the_census_adds_up() -> None:
    model = tiny_model()
    rows = census(model)
    assert sum(row.params for row in rows) == sum(p.numel() for p in model.parameters())
    assert {row.group for row in rows} == {"embedding", "attention", "mlp", "norm"}
    assert rows[0] == ("embedding.weight", "embedding", (50, 24), 1200)


def test_a_missing_folder(tmp_path: Path) -> None:
    assert _error(tmp_path / "nowhere").code == "model_files_missing"


def test_a_missing_tensor(folder: Path) -> None:
    name = "model.layers.1.mlp.up_proj.weight"
    _change(folder, {}, drop=name)
    error = _error(folder)
    assert (error.code, error.values["name"]) == ("model_tensor_missing", name)


def test_a_tensor_without_a_place(folder: Path) -> None:
    _change(folder, {"model.layers.0.moe.weight": torch.ones(2)})
    assert _error(folder).code == "model_tensor_unknown"


def test_a_wrong_shape(folder: Path) -> None:
    _change(folder, {"model.norm.weight": torch.ones(33)})
    assert _error(folder).code == "model_tensor_shape"


def test_a_cut_file(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    assert _error(folder).code == "model_file_damaged"


def test_an_index_cannot_point_outside(folder: Path) -> None:
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"x": "../model.safetensors"}}))
    assert _error(folder).code == "model_file_damaged"


def test_loaded_weights_do_not_hang_on_the_file(folder: Path) -> None:
    model = load(folder, dtype=torch.float32, device="cpu")
    before = model.embedding.weight.clone()
    path = folder / "model.safetensors"
    path.write_bytes(b"\0" * path.stat().st_size)
    assert torch.equal(model.embedding.weight, before)
