"""What the size sweep is asked for."""

from dataclasses import dataclass

from lesson_core.errors import LabError
from lesson_core.schema.card import Card
from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Precision
from lesson_core.schema.sizes import SIZES, SizeCase


@dataclass(frozen=True, kw_only=True)
class SizePoint:
    """One size, measured: every round in seconds, and where."""

    size: str
    samples_s: tuple[float, ...]
    machine_id: str
    threads: int


@dataclass(frozen=True, kw_only=True)
class SizeSweep:
    """Job `size_sweep`: one decode step on models of growing size, up to `largest`.

    `known` are the points of an interrupted run of the same sweep; they are not measured again.
    """

    precision: Precision = "fp32"
    batch: int = 1
    context: int = 64
    largest: str = "300M"
    threads: int = 0
    rounds: int = 7
    known: tuple[SizePoint, ...] = ()
    card: Card | None = None

    def __post_init__(self) -> None:
        check_range("batch", self.batch, 1, 64)
        check_range("context", self.context, 2, 2048)
        check_range("rounds", self.rounds, 3, 40)
        if self.largest not in SIZES:
            raise LabError("size_unknown", size=self.largest)
        if self.precision not in ("fp32", "bf16", "int8", "int4"):
            raise LabError("precision_unknown", precision=self.precision)

    def cases(self) -> list[SizeCase]:
        """One decode step per size, smallest first."""
        names = list(SIZES)
        return [
            SizeCase(size=name, precision=self.precision, batch=self.batch,
                     context=self.context, phase="decode")
            for name in names[: names.index(self.largest) + 1]
        ]  # fmt: skip
