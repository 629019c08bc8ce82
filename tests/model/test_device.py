"""Devices and number formats by name."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.model.device import choose_device, choose_dtype, precision_name


def test_auto_finds_a_device() -> None:
    assert choose_device("auto") in ("cuda", "mps", "cpu")
    assert choose_device("cpu") == "cpu"


@pytest.mark.parametrize(
    ("name", "code"), [("tpu", "device_unknown"), ("cuda:99", "device_missing")]
)
def test_a_device_that_is_not_there(name: str, code: str) -> None:
    with pytest.raises(LabError, match=code):
        choose_device(name)


def test_precision_by_device() -> None:
    assert choose_dtype("auto", "cpu") is torch.float32
    assert choose_dtype("auto", "mps") is torch.float16
    assert choose_dtype("bf16", "cpu") is torch.bfloat16
    assert precision_name(torch.bfloat16) == "bf16"
    with pytest.raises(LabError, match="precision_unknown"):
        choose_dtype("fp8", "cpu")
