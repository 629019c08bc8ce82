"""Where the model runs and in which number format."""

import torch

from lesson_core.errors import LabError

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
PACKED = ("int8", "int8-dynamic", "int4")
"""Precisions of weights only; what flows between the matrices is bf16."""


def choose_device(name: str = "auto") -> str:
    """The device called `name`; "auto" takes CUDA, then MPS, then the CPU.

    Raises LabError("device_unknown") for a name torch does not know and
    LabError("device_missing") for one this machine does not have.
    """
    if name == "auto":
        return next(device for device in ("cuda", "mps", "cpu") if _available(device))
    kind = name.split(":")[0]
    if kind not in ("cuda", "mps", "cpu"):
        raise LabError("device_unknown", device=name)
    if not _available(name):
        raise LabError("device_missing", device=name)
    return name


def choose_dtype(precision: str, device: str) -> torch.dtype:
    """The number format for `precision`; "auto" takes what the device multiplies fastest.

    fp32 on a CPU, bf16 on CUDA where the GPU has it (fp16 before that), fp16 on MPS. With packed
    weights it is the format of activations and of the KV cache.
    Raises LabError("precision_unknown").
    """
    if precision in PACKED:
        return torch.bfloat16
    if precision != "auto":
        if precision not in DTYPES:
            raise LabError("precision_unknown", precision=precision)
        return DTYPES[precision]
    kind = device.split(":")[0]
    if kind == "cuda":
        return torch.bfloat16 if torch.cuda.is_bf16_supported(False) else torch.float16
    return torch.float16 if kind == "mps" else torch.float32


def precision_name(dtype: torch.dtype) -> str:
    """The short name of a number format: `torch.float32` is "fp32"."""
    return next(name for name, known in DTYPES.items() if known == dtype)


def _available(device: str) -> bool:
    kind, _, index = device.partition(":")
    if kind == "cuda":
        return torch.cuda.is_available() and int(index or 0) < torch.cuda.device_count()
    return kind == "cpu" or torch.backends.mps.is_available()
