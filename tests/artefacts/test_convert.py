"""From llama.cpp's names and row order to Hugging Face's, and nothing else changed."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file

from lesson_core.artefacts import convert
from lesson_core.artefacts.gguf_file import GGUFFile
from lesson_core.errors import LabError
from lesson_core.schema.config import ModelConfig
from tests.artefacts import tiny_gguf


@pytest.fixture
def converted(tmp_path):
    tiny = tiny_gguf.write(tmp_path / "tiny.gguf")
    steps = list(convert.convert(tiny.path, tmp_path / "out"))
    return tiny, tmp_path / "out", steps


def test_every_tensor_has_its_name_and_its_rows_back(converted):
    tiny, folder, _ = converted
    found = load_file(folder / "model.safetensors")
    assert found.keys() == tiny.tensors.keys()
    for name, values in tiny.tensors.items():
        assert found[name].dtype == np.float32
        np.testing.assert_array_equal(found[name], values, err_msg=name)


def test_transformers_reads_the_same_weights_from_the_same_file(converted):
    """The peer's own GGUF reader, un-permutation included."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM
    from transformers.modeling_gguf_pytorch_utils import load_gguf_checkpoint

    tiny, folder, _ = converted
    config = LlamaConfig(**json.loads((folder / "config.json").read_text()))
    model = LlamaForCausalLM(config)
    theirs = load_gguf_checkpoint(tiny.path, return_tensors=True, model_to_load=model)["tensors"]
    ours = load_file(folder / "model.safetensors")
    for name in ours:
        np.testing.assert_array_equal(ours[name], torch.as_tensor(theirs[name]).numpy(), name)


def test_progress_ends_at_the_total(converted):
    steps = converted[2]
    assert steps == sorted(steps)
    assert steps[-1][0] >= steps[-1][1] == sum(v.nbytes for v in converted[0].tensors.values())


def test_config_reads_as_the_model_it_is(converted):
    config = json.loads((converted[1] / "config.json").read_text())
    model = ModelConfig.from_hf(config)
    assert (model.n_layers, model.n_heads, model.n_kv_heads, model.d_head) == (2, 4, 2, 16)
    assert model.tied_head and not model.qkv_bias
    assert (model.norm_eps, model.rope_theta) == (1e-5, 100_000.0)
    assert (model.bos_id, model.eos_ids) == (1, (2,))
    assert model.vocab_size == len(tiny_gguf.vocabulary())


def test_unpermute_undoes_permute():
    weight = np.arange(4 * 16 * 3, dtype=np.float32).reshape(64, 3)
    permuted = tiny_gguf.permute(weight, 4)
    assert not np.array_equal(permuted, weight)
    np.testing.assert_array_equal(convert.unpermute(permuted, 4), weight)


def test_neighbour_rotation_of_permuted_rows_is_half_rotation_of_ours():
    """The reason for the permutation: both ways of RoPE give the same attention scores."""
    random = np.random.default_rng(1)
    q, k = random.standard_normal((2, 16, 8))  # [d_head, d_model]
    x, y = random.standard_normal((2, 8))
    theirs = [tiny_gguf.permute(w, 1) for w in (q, k)]
    by_neighbours = neighbours(theirs[0] @ x, 5) @ neighbours(theirs[1] @ y, 2)
    by_halves = halves(q @ x, 5) @ halves(k @ y, 2)
    assert by_neighbours == pytest.approx(by_halves)


def angles(size: int, position: int) -> np.ndarray:
    return position * 10_000.0 ** (-np.arange(size // 2) * 2 / size)


def halves(vector: np.ndarray, position: int) -> np.ndarray:
    a, b = np.split(vector, 2)
    cos, sin = np.cos(angles(len(vector), position)), np.sin(angles(len(vector), position))
    return np.concatenate([a * cos - b * sin, b * cos + a * sin])


def neighbours(vector: np.ndarray, position: int) -> np.ndarray:
    a, b = vector[::2], vector[1::2]
    cos, sin = np.cos(angles(len(vector), position)), np.sin(angles(len(vector), position))
    return np.stack([a * cos - b * sin, b * cos + a * sin], axis=1).ravel()


@pytest.mark.parametrize("name", ["blk.0.attn_q.bias", "blk.0.mystery.weight", "nothing"])
def test_a_tensor_without_a_place_is_named(name):
    with pytest.raises(LabError) as caught:
        convert.hf_name(name)
    assert caught.value.values == {"tensor": name}


def test_another_architecture_is_refused(tmp_path):
    tiny = tiny_gguf.write(tmp_path / "other.gguf", architecture="mamba")
    with pytest.raises(LabError) as caught:
        convert.hf_config(GGUFFile(tiny.path))
    assert caught.value.code == "model_family_unknown"


def test_another_pre_tokenizer_is_refused(tmp_path):
    tiny = tiny_gguf.write(tmp_path / "other.gguf", pre="llama-bpe")
    with pytest.raises(LabError) as caught:
        list(convert.convert(tiny.path, tmp_path / "out"))
    assert caught.value.code == "tokenizer_unknown"
