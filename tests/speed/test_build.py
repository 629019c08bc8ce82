"""What a recipe makes of a model, and what it refuses."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import packed
from lesson_core.speed.build import build, rounded, weight_bytes
from tests.model.tiny import tiny_model

PROMPT = torch.tensor([[5, 6, 7, 8, 9, 10], [11, 12, 13, 14, 15, 16]])
SIZES = {"hidden_size": 64, "intermediate_size": 96, "vocab_size": 64,
         "num_attention_heads": 4, "num_key_value_heads": 2}  # fmt: skip


def _model() -> Transformer:
    model = tiny_model(**SIZES)
    for parameter in model.parameters():
        parameter.normal_(std=0.3)
    return model


def _logits(model: Transformer) -> torch.Tensor:
    """Of a prompt and two more tokens: [3, B, vocab_size]."""
    dtype = model.embedding.weight.dtype
    cache = new_cache("preallocated", model.config, 2, 16, dtype, "cpu")
    logits = [prefill(model, PROMPT, cache)]
    logits += [decode_one_token(model, torch.tensor([[i], [i + 1]]), cache) for i in (3, 4)]
    return torch.stack(logits).float()


@torch.inference_mode()
@pytest.mark.parametrize("precision", ["int8", "int8-dynamic", "int4"])
def test_a_packed_model_says_what_its_rounded_twin_says(precision: str) -> None:
    model = _model()
    before = _logits(model)
    packed_logits = _logits(build(model, Recipe(model="tiny", precision=precision)))  # type: ignore[arg-type]
    twin = _logits(rounded(model, precision))
    tolerance = 0.05 * float(twin.std())  # activations are bf16, or int8 as they come
    assert float((packed_logits - twin).abs().mean()) < tolerance
    assert float((packed_logits - twin).norm()) < float((packed_logits - before).norm()) * 2
    assert torch.equal(_logits(model), before)  # the plain model is as it was


@torch.inference_mode()
def test_written_attention_equals_the_fused_kernel() -> None:
    model = _model()
    written = build(model, Recipe(model="tiny", attention="written"))
    torch.testing.assert_close(_logits(written), _logits(model))
    assert written.layers[0].attention.qkv.weight is not None
    assert written.head.weight.data_ptr() == model.head.weight.data_ptr()  # nothing is copied


def test_bytes_are_those_of_the_codes() -> None:
    model = _model()
    c = model.config
    norms = (2 * c.n_layers + 1) * c.d_model
    table = c.vocab_size * c.d_model
    qkv = (c.n_heads + 2 * c.n_kv_heads) * c.d_head
    rows = c.n_layers * (qkv + c.d_model + 2 * c.d_ff + c.d_model) + c.vocab_size
    weights = c.n_layers * c.d_model * (qkv + c.n_heads * c.d_head + 3 * c.d_ff) + table
    int8 = build(model, Recipe(model="tiny", precision="int8"))
    assert weight_bytes(model) == 4 * (weights + norms)
    assert weight_bytes(int8) == 2 * (table + norms) + weights + 2 * rows


def test_a_shape_without_whole_groups_is_refused() -> None:
    with pytest.raises(LabError, match="int4_shape"):
        build(tiny_model(), Recipe(model="tiny", precision="int4"))


def test_a_machine_without_the_kernel_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(codes: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("no kernel")

    monkeypatch.setattr(packed, "_tiles", missing)
    with pytest.raises(LabError, match="packed_kernel_missing"):
        build(_model(), Recipe(model="tiny", precision="int4"))
