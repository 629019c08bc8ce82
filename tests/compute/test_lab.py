"""A loaded model is kept, its threads and clock are set, and odd recipes are refused."""

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from lesson_core.artefacts import manifest
from lesson_core.compute import lab as module
from lesson_core.compute.lab import Lab
from lesson_core.compute.shelf import Shelf
from lesson_core.errors import LabError
from lesson_core.schema.recipe import Recipe


@pytest.fixture
def lab(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Lab]:
    threads = torch.get_num_threads()
    (tmp_path / "model.safetensors").write_bytes(b"x" * 10)
    monkeypatch.setattr(manifest, "checked_folder", lambda artefact: tmp_path)

    def load(folder: Path, device: str, dtype: torch.dtype, recipe: Recipe) -> tuple[object, int]:
        model = SimpleNamespace(config=str(dtype))
        built = SimpleNamespace(
            model=model, tokenizer="tokenizer", folder=folder, build_s=0.0, weight_bytes=10
        )
        return built, 10

    monkeypatch.setattr(module, "_load", load)
    yield Lab(shelf=Shelf(limit_bytes=25), cancelled=lambda: False)
    torch.set_num_threads(threads)


def test_a_model_is_loaded_once_per_device_and_precision(lab: Lab) -> None:
    first = lab.model(Recipe(model="a", device="cpu", precision="fp32"))
    again = lab.model(Recipe(model="a", device="cpu", threads=1))
    other = lab.model(Recipe(model="a", device="cpu", precision="bf16"))
    assert first.load_s > 0.0 and again.load_s == 0.0
    assert again.model is first.model and other.model is not first.model
    assert (first.dtype_name, other.dtype_name) == ("fp32", "bf16")


@pytest.mark.parametrize(
    "change",
    [{"precision": "int8"}, {"attention": "written"}, {"pruning": "ffn"}, {"compile": "inductor"}],
)
def test_whatever_changes_the_model_makes_another(lab: Lab, change: dict[str, Any]) -> None:
    first = lab.model(Recipe(model="a", device="cpu"))
    other = lab.model(Recipe(model="a", device="cpu", **change))
    assert other.model is not first.model
    again = lab.model(Recipe(model="a", device="cpu", cache="none", draft_tokens=2, **change))
    assert again.model is other.model and again.load_s == 0.0


def test_packed_weights_are_priced_as_such(lab: Lab) -> None:
    loaded = lab.model(Recipe(model="a", device="cpu", precision="int4"))
    assert loaded.dtype_name == "bf16" and loaded.scheme.linear.bits == 4


def test_the_environment_says_what_is_in_force(lab: Lab) -> None:
    loaded = lab.model(Recipe(model="a", device="cpu", threads=1))
    assert torch.get_num_threads() == 1
    assert (loaded.environment.threads, loaded.environment.device) == (1, "cpu")
    before = lab.clock()
    assert lab.clock() >= before


@pytest.mark.parametrize("threads", [-1, 10**9])
def test_threads_beyond_the_machine_are_refused(lab: Lab, threads: int) -> None:
    with pytest.raises(LabError, match="out_of_range"):
        lab.model(Recipe(model="a", threads=threads))


def test_a_model_that_does_not_fit_is_refused(lab: Lab, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"x" * 26)
    with pytest.raises(LabError, match="model_too_large"):
        lab.model(Recipe(model="a", device="cpu"))
