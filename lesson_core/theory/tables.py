"""Published hardware and models, as small tables with their provenance.

Peaks are dense; half of a vendor's "with sparsity" number. The tables lie in assets/tables.
"""

from lesson_core.errors import LabError
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.results import Prediction
from lesson_core.theory import roofline
from lesson_core.theory.hardware_table import Hardware as Hardware
from lesson_core.theory.hardware_table import find_hardware as find_hardware
from lesson_core.theory.hardware_table import hardware as hardware
from lesson_core.theory.model_table import plain_models, rows


def models() -> dict[str, ModelConfig]:
    """Every plain decoder of models.csv by name; experts and the like: `model_table`."""
    return plain_models()


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
