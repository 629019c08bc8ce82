"""The spec of the architectures lesson."""

from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.schema.checks import check_range

BATCHES = (1, 2, 4, 8, 16, 32, 64, 128, 256)


@dataclass(frozen=True, kw_only=True)
class Architectures:
    """Job `architectures`: small random layers of experts and latents, run and counted.

    Each batch is sent through `layers` layers with routers of their own; a layer has as many
    experts as one of DeepSeek-V3 unless told otherwise.
    """

    experts: int = 256
    per_token: int = 8
    layers: int = 12
    seed: int = 0

    def __post_init__(self) -> None:
        check_range("experts", self.experts, 2, 256)
        check_range("layers", self.layers, 3, 64)
        check_range("seed", self.seed, 0, 1_000_000)
        if not 1 <= self.per_token <= self.experts:
            raise LabError("out_of_range", name="per_token", value=self.per_token, low=1,
                           high=self.experts)  # fmt: skip
