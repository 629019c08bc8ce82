"""Reading GGUF: groups expanded by hand, damage and unknown kinds named."""

import gguf
import numpy as np
import pytest

from lesson_core.artefacts.gguf_file import GGUFFile
from lesson_core.errors import LabError
from tests.artefacts import tiny_gguf


@pytest.fixture
def tiny(tmp_path):
    return tiny_gguf.write(tmp_path / "tiny.gguf")


def test_q4_1_is_scale_times_level_plus_offset(tiny):
    tensor = next(t for t in GGUFFile(tiny.path).tensors() if t.name == "blk.0.ffn_up.weight")
    assert (tensor.kind, tensor.shape) == ("Q4_1", (tiny_gguf.FF, tiny_gguf.D))
    group = np.asarray(tensor.raw.data)[5, :20]  # 2 bytes d, 2 bytes m, 16 bytes with 32 levels
    scale, offset = group[:4].view(np.float16).astype(np.float32)
    levels = np.concatenate([group[4:] & 15, group[4:] >> 4])
    np.testing.assert_array_equal(tensor.expand()[5, :32], scale * levels + offset)


def test_q8_0_is_scale_times_level(tiny):
    tensor = next(t for t in GGUFFile(tiny.path).tensors() if t.name == "token_embd.weight")
    group = np.asarray(tensor.raw.data)[7, :34]  # 2 bytes d, 32 signed levels
    scale = group[:2].view(np.float16).astype(np.float32)
    np.testing.assert_array_equal(tensor.expand()[7, :32], scale * group[2:].view(np.int8))


def test_keys_are_read_and_missing_ones_named(tiny):
    source = GGUFFile(tiny.path)
    assert source.need("llama.attention.head_count_kv") == tiny_gguf.KV_HEADS
    assert source.get("no.such.key", 7) == 7
    with pytest.raises(LabError) as caught:
        source.need("no.such.key")
    assert caught.value.code == "weights_incomplete"


@pytest.mark.parametrize("keep", [0, 3, 40, 5000])
def test_a_file_that_ends_early_is_damaged(tiny, keep):
    tiny.path.write_bytes(tiny.path.read_bytes()[:keep])
    with pytest.raises(LabError) as caught:
        GGUFFile(tiny.path)
    assert caught.value.code == "weights_damaged"


def test_a_kind_we_cannot_expand_is_named(tiny, monkeypatch):
    def refuse(data, kind):
        raise NotImplementedError

    monkeypatch.setattr(gguf.quants, "dequantize", refuse)
    with pytest.raises(LabError) as caught:
        next(GGUFFile(tiny.path).tensors()).expand()
    assert caught.value.code == "weights_kind_unknown"
