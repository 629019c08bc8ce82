"""What an experiment is given: a loaded model, a clock, and a way to hear that it should stop."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from lesson_core import clock
from lesson_core.compute.shelf import Shelf
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe

if TYPE_CHECKING:
    import torch

    from lesson_core.model.transformer import Transformer
    from lesson_core.schema.config import ModelConfig
    from lesson_core.schema.results import Environment
    from lesson_core.text.tokenizer import Tokenizer
    from lesson_core.theory.formats import Scheme


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model ready to run, built as its recipe says.

    `dtype_name` is the format of activations, `scheme` how weights, keys and values are written.
    `load_s` is 0.0 if the model was still loaded from an earlier job; otherwise it contains
    `build_s`, the seconds that packing, pruning and compiling took.
    """

    model: "Transformer"
    tokenizer: "Tokenizer"
    config: "ModelConfig"
    folder: Path
    device: str
    dtype_name: str
    scheme: "Scheme"
    load_s: float
    build_s: float
    weight_bytes: int
    environment: "Environment"


@dataclass(frozen=True, kw_only=True)
class Built:
    """What stands on the shelf."""

    model: "Transformer"
    tokenizer: "Tokenizer"
    folder: Path
    build_s: float
    weight_bytes: int


BUILT_FROM = ("model", "attention", "compile", "pruning", "sparsity")
"""What makes a model another model, beside its device and how its numbers are written."""


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
        from lesson_core.theory.formats import of_recipe

        threads = set_threads(recipe.threads)
        device = choose_device(recipe.device)
        dtype = choose_dtype(recipe.precision, device)
        self.clock = clock.on(device)
        start = self.clock()
        found, fresh = self._find(recipe, device, dtype)
        return Loaded(
            model=found.model,
            tokenizer=found.tokenizer,
            config=found.model.config,
            folder=found.folder,
            device=device,
            dtype_name=precision_name(dtype),
            scheme=of_recipe(recipe.precision, dtype.itemsize, recipe.kv_precision),
            load_s=self.clock() - start if fresh else 0.0,
            build_s=found.build_s if fresh else 0.0,
            weight_bytes=found.weight_bytes,
            environment=environment(device, precision_name(dtype), threads),
        )

    def _find(self, recipe: Recipe, device: str, dtype: "torch.dtype") -> tuple[Built, bool]:
        from lesson_core.artefacts.manifest import checked_folder
        from lesson_core.model.device import PACKED

        packed = recipe.precision if recipe.precision in PACKED else ""
        key = (device, dtype, packed, *(getattr(recipe, name) for name in BUILT_FROM))
        folder = checked_folder(recipe.model)
        found: Built | None = self._shelf.get(key)
        if found is not None:
            return found, False
        made: Built = self._shelf.put(
            key, _files_bytes(folder), lambda: _load(folder, device, dtype, recipe)
        )
        return made, True


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


def _load(folder: Path, device: str, dtype: "torch.dtype", recipe: Recipe) -> tuple[Built, int]:
    """The plain weights, then what the recipe makes of them; the plain ones are let go."""
    import torch

    from lesson_core.model import weights
    from lesson_core.speed.build import build, is_plain, weight_bytes
    from lesson_core.text.tokenizer import Tokenizer

    plain = weights.load(folder, dtype=dtype if is_plain(recipe) else torch.float32, device=device)
    start = clock.now(device)
    model = build(plain, recipe)
    size = weight_bytes(model)
    return Built(
        model=model,
        tokenizer=Tokenizer.load(folder),
        folder=folder,
        build_s=clock.now(device) - start,
        weight_bytes=size,
    ), size
