"""Matrices read from disk equal those that the loader reads, in every number format."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from lesson_core.artefacts import home, matrices
from lesson_core.artefacts.registry import FALLBACK
from lesson_core.errors import LabError
from lesson_core.model.weights import load

DOWN = "model.layers.1.mlp.down_proj.weight"


def test_rows_equal_those_of_the_loaded_model() -> None:
    model = load(home.folder_of(FALLBACK), dtype=torch.float32, device="cpu")
    found = matrices.rows(FALLBACK, DOWN, 5)
    assert np.array_equal(found, model.layers[1].mlp.down.weight[:5].numpy())
    assert matrices.listed(FALLBACK)[DOWN] == tuple(model.layers[1].mlp.down.weight.shape)


def test_norms_and_other_vectors_are_not_listed() -> None:
    names = matrices.listed(FALLBACK)
    assert all(len(shape) == 2 for shape in names.values())
    assert not any("norm" in name for name in names)


def test_no_more_rows_than_there_are() -> None:
    assert matrices.rows(FALLBACK, DOWN, 10**6).shape == matrices.listed(FALLBACK)[DOWN]


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_every_number_format(
    dtype: torch.dtype, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    weight = torch.randn(6, 64, generator=torch.Generator().manual_seed(1)).to(dtype)
    save_file({"w": weight, "v": torch.ones(3)}, tmp_path / "model.safetensors")
    monkeypatch.setattr(matrices, "checked_folder", lambda artefact_id: tmp_path)
    assert matrices.listed("any") == {"w": (6, 64)}
    assert np.array_equal(matrices.rows("any", "w", 4), weight[:4].float().numpy())


@pytest.mark.parametrize("name", ["", "nonsense", "model.norm.weight", "../etc/passwd"])
def test_an_unknown_matrix_is_a_sentence(name: str) -> None:
    with pytest.raises(LabError, match="matrix_unknown"):
        matrices.rows(FALLBACK, name, 1)


def test_a_missing_model_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    (tmp_path / "x.json").write_text(json.dumps({}))
    with pytest.raises(LabError, match="artefact_missing"):
        matrices.listed("smollm2-135m")
