"""What an experiment is given: a loaded model, a clock, and a way to hear that it should stop."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lesson_core import clock
from lesson_core.compute.shelf import Shelf
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import check_range

if TYPE_CHECKING:
    import torch

    from lesson_core.model.transformer import Transformer
    from lesson_core.schema.config import ModelConfig
    from lesson_core.schema.results import Environment
    from lesson_core.text.tokenizer import Tokenizer


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model ready to run. `load_s` is 0.0 if it was still loaded from an earlier job."""

    model: "Transformer"
    tokenizer: "Tokenizer"
    config: "ModelConfig"
    folder: Path
    device: str
    dtype_name: str
    load_s: float
    environment: "Environment"


class Lab:
    """One job's view of its worker."""

    def __init__(self, *, shelf: Shelf, cancelled: Callable[[], bool]) -> None:
        self.cancelled = cancelled
        self.clock: clock.Clock = clock.on("cpu")
        self._shelf = shelf

    def model(self, recipe: Recipe) -> Loaded:
        """Load (or find) the model of a recipe, set the threads, point the clock at its device.

        Files are hashed before they are used. LabError: whatever the artefact, the device, the
        precision or the memory has to say.
        """
        from lesson_core.measure.environment import environment
        from lesson_core.model.device import choose_device, choose_dtype, precision_name

        threads = set_threads(recipe.threads)
        device = choose_device(recipe.device)
        dtype = choose_dtype(recipe.precision, device)
        self.clock = clock.on(device)
        start = self.clock()
        (model, tokenizer, folder), fresh = self._find(recipe.model, device, dtype)
        return Loaded(
            model=model,
            tokenizer=tokenizer,
            config=model.config,
            folder=folder,
            device=device,
            dtype_name=precision_name(dtype),
            load_s=self.clock() - start if fresh else 0.0,
            environment=environment(device, precision_name(dtype), threads),
        )

    def _find(self, artefact: str, device: str, dtype: "torch.dtype") -> tuple[Any, bool]:
        from lesson_core.artefacts.manifest import checked_folder

        key = (artefact, device, dtype)
        folder = checked_folder(artefact)
        found = self._shelf.get(key)
        if found is not None:
            return found, False
        return self._shelf.put(
            key, _files_bytes(folder), lambda: _load(folder, device, dtype)
        ), True


def set_threads(asked: int) -> int:
    """Tell torch how many CPU threads to use; 0 means all. Returns the number in force."""
    import torch

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    check_range("threads", asked, 0, cores or 1)
    threads = asked or cores or 1
    if torch.get_num_threads() != threads:
        torch.set_num_threads(threads)
    return threads


def _files_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def _load(folder: Path, device: str, dtype: "torch.dtype") -> tuple[Any, int]:
    from lesson_core.model import weights
    from lesson_core.text.tokenizer import Tokenizer

    model = weights.load(folder, dtype=dtype, device=device)
    size = sum(parameter.nbytes for parameter in model.parameters())
    return (model, Tokenizer.load(folder), folder), size
