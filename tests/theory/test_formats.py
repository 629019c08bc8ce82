"""Bytes of each format, against tensors that are written so, and through the step's prices."""

import pytest
import torch

from lesson_core.schema.config import ModelConfig
from lesson_core.theory import costs, formats, operators, roofline, tables

SMOL = tables.models()["SmolLM2-135M"]
LLAMA = tables.models()["Llama-3.1-8B"]


def test_int8_is_one_byte_and_a_scale_per_row() -> None:
    values = torch.zeros(96, 64, dtype=torch.int8)  # [d_out, d_in]
    scales = torch.zeros(96, dtype=torch.bfloat16)
    assert formats.int8(2).bytes(64, 96) == values.nbytes + scales.nbytes


def test_int4_is_what_the_kernel_takes() -> None:
    values = torch.zeros(64, 96, dtype=torch.int32)
    packed = torch.ops.aten._convert_weight_to_int4pack_for_cpu(values, 2)
    scales_zeros = torch.zeros(96 // 32, 64, 2, dtype=torch.bfloat16)  # [groups, d_out, 2]
    assert formats.int4(2).bytes(96, 64) == packed.nbytes + scales_zeros.nbytes


def test_a_half_filled_group_has_its_own_scale() -> None:
    assert formats.int4(2).bytes(40) == 20 + 2 * 4


@pytest.mark.parametrize("config", [SMOL, LLAMA], ids=["tied", "untied"])
@pytest.mark.parametrize("number_bytes", [2, 4])
def test_a_plain_scheme_is_the_count_times_the_bytes(
    config: ModelConfig, number_bytes: int
) -> None:
    scheme = formats.of_recipe("auto", number_bytes)
    assert costs.stored_bytes(config, scheme) == costs.weight_bytes(config, number_bytes)
    read = costs.weights_read_per_step(config, number_bytes)
    assert costs.read_bytes_per_step(config, scheme) == read
    assert costs.kv_token_bytes(config, scheme) == costs.kv_bytes_per_token(config, number_bytes)


@pytest.mark.parametrize("precision", ["fp32", "int8", "int8-dynamic", "int4"])
@pytest.mark.parametrize("config", [SMOL, LLAMA], ids=["tied", "untied"])
def test_a_step_reads_what_the_scheme_stores(config: ModelConfig, precision: str) -> None:
    scheme = formats.of_recipe(precision, 2, "int8")
    step = operators.step(config, 1, 10, scheme=scheme)
    read = sum(op.weight_bytes for op in step.operators()) - step.embed[0].weight_bytes
    assert read == costs.read_bytes_per_step(config, scheme)
    kv = sum(op.kv_bytes for op in step.operators())
    assert kv == 11 * costs.kv_token_bytes(config, scheme)


def test_a_packed_tied_head_is_a_second_copy() -> None:
    table = SMOL.vocab_size * SMOL.d_model
    stored = costs.stored_bytes(SMOL, formats.of_recipe("int8", 2))
    assert stored == pytest.approx(costs.total_parameters(SMOL) + 2 * table, rel=0.01)


def test_fewer_bytes_are_a_shorter_step() -> None:
    rates = roofline.Rates(bandwidth=1e9, flops=1e15)
    times = [
        roofline.step_time(SMOL, 1, 10, rates, scheme=formats.of_recipe(p, 2)).total_s
        for p in ("bf16", "int8", "int4")
    ]
    assert times[0] / times[1] == pytest.approx(2, rel=0.02)
    head = SMOL.vocab_size * SMOL.d_model / costs.total_parameters(SMOL)
    bits = 5 * (1 - head) + 8 * head  # 4 bits, and 1 for the scales; the head in 8
    assert times[0] / times[2] == pytest.approx(16 / bits, rel=0.02)
    set_bytes = roofline.working_set(SMOL, 0, scheme=formats.of_recipe("int4", 2))
    assert times[2] == pytest.approx(set_bytes / 1e9, rel=0.01)
