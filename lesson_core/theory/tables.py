"""Published hardware and models, as small tables with their provenance.

Peaks are dense; half of a vendor's "with sparsity" number. The tables lie in assets/tables.
"""

from dataclasses import dataclass
from functools import cache

from lesson_core.errors import LabError
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.results import Prediction
from lesson_core.theory import roofline
from lesson_core.theory.model_table import plain_models, rows


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Datasheet numbers of one accelerator; `flops` maps a precision to dense FLOP/s."""

    name: str
    bandwidth: float  # bytes/s
    flops: dict[str, float]
    memory_bytes: float
    source: str


@cache
def hardware() -> dict[str, Hardware]:
    """Every row of hardware.csv by name."""
    return {row["device"]: _hardware(row) for row in rows("hardware.csv")}


def models() -> dict[str, ModelConfig]:
    """Every plain decoder of models.csv by name; experts and the like: `model_table`."""
    return plain_models()


def find_hardware(device_name: str) -> Hardware | None:
    """The row whose every word is in a driver's name: "NVIDIA H100 80GB HBM3" is the H100 SXM."""
    told = _words(device_name)
    if told & {"HBM3", "SXM2", "SXM4", "SXM5", "H200", "B200"}:  # never on a PCIe board
        told.add("SXM")
    if "LAPTOP" in told:
        return None
    return next((row for name, row in hardware().items() if _words(name) <= told), None)


def _words(name: str) -> set[str]:
    return set(name.upper().replace("-", " ").split())


def published(name: str) -> dict[str, str]:
    """The raw row of a model, with its published totals; raises LabError("model_not_listed")."""
    for row in rows("models.csv"):
        if row["model"] == name:
            return row
    raise LabError("model_not_listed", name=name)


def datasheet_rates(name: str, precision: str = "bf16") -> roofline.Rates:
    """Datasheet peaks as rates, no overhead: the best that hardware could do."""
    if name not in hardware():
        raise LabError("hardware_not_listed", name=name)
    device = hardware()[name]
    if precision not in device.flops:
        raise LabError("precision_not_listed", name=name, precision=precision)
    return roofline.Rates(
        bandwidth=device.bandwidth, flops=device.flops[precision], overlapped=True
    )


def transfer(
    model: str = "Llama-3.1-8B",
    device: str = "H100 SXM",
    *,
    precision: str = "bf16",
    new_tokens: int = 1,
    context: int = 1,
) -> Prediction:
    """The same formula somewhere else: one decode step (or prefill) from published numbers."""
    if model not in models():
        raise LabError("model_not_listed", name=model)
    number_bytes = 4 if precision == "fp32" else 2
    rates = datasheet_rates(device, precision)
    return roofline.step_time(models()[model], new_tokens, context, rates, number_bytes)


def _hardware(row: dict[str, str]) -> Hardware:
    columns = {"fp32": "fp32_tflops", "bf16": "bf16_tflops", "fp16": "fp16_tflops"}
    flops = {p: float(row[column]) * 1e12 for p, column in columns.items() if row[column]}
    return Hardware(
        name=row["device"],
        bandwidth=float(row["bw_gbs"]) * 1e9,
        flops=flops,
        memory_bytes=float(row["mem_gb"]) * 1e9,
        source=row["provenance"],
    )
