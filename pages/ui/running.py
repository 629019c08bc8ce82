"""What the next run uses: model, device, precision, threads, as chosen in the picker."""

import json
import os
from functools import cache
from pathlib import Path

import streamlit as st

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import Artefact, Registry
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.recipe import Recipe
from pages.ui.language import current


def model_id() -> str:
    """The chosen model if it is ready, else the best one that is."""
    chosen = st.session_state.get("recipe.model")
    if chosen and home.is_ready(chosen):
        return str(chosen)
    return home.best_ready()


def recipe() -> Recipe:
    """What the next run will use."""
    state = st.session_state
    return Recipe(
        model=model_id(),
        device=state.get("recipe.device", "auto"),
        precision=state.get("recipe.precision", "auto"),
        threads=int(state.get("recipe.threads", 0)),
    )


def model() -> Artefact:
    """The registry's entry of the model that the next run uses."""
    return Registry.load().get(model_id())


def config() -> ModelConfig:
    """The shape of the chosen model, from its own config file."""
    return _config(home.folder_of(model_id()) / "config.json")


@cache
def _config(path: Path) -> ModelConfig:
    return ModelConfig.from_hf(json.loads(path.read_text(encoding="utf-8")))


def title(artefact_id: str | None = None) -> str:
    """A model's name in the learner's language; by default that of the chosen one."""
    return Registry.load().get(artefact_id or model_id()).title[current()]


def models() -> list[Artefact]:
    """Every language model of the registry."""
    return [artefact for artefact in Registry.load().all() if artefact.kind == "language_model"]


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
