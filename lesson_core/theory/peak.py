"""What a processor could multiply at most, from the numbers on its box.

peak FLOP/s = cores × clock × FLOP per cycle. FLOP per cycle = vector lanes × 2 (a fused
multiply-add is two) × units: AVX2 has 8 lanes of fp32 and two units, AVX-512 16 lanes and two
units (cheaper chips have one: then the prediction is twice too high), NEON 4 lanes and two units.
"""

from dataclasses import dataclass

from lesson_core.schema.card import Peak

FLOP_PER_CYCLE = {"avx512": 64, "avx2": 32, "neon": 16}
"""fp32, per core and cycle, with two vector units."""


@dataclass(frozen=True, kw_only=True)
class CpuFacts:
    """What the operating system tells; None where it does not."""

    name: str
    cores: int  # physical
    ghz: float | None
    isa: str | None  # a key of FLOP_PER_CYCLE


def peak_fp32(facts: CpuFacts) -> Peak | None:
    """The predicted fp32 peak in FLOP/s, or None when clock or instruction set is unknown."""
    if facts.ghz is None or facts.isa not in FLOP_PER_CYCLE:
        return None
    per_cycle = FLOP_PER_CYCLE[facts.isa]
    return Peak(
        flops=facts.cores * facts.ghz * 1e9 * per_cycle,
        formula="cores × clock × FLOP per cycle",
        cores=facts.cores,
        ghz=facts.ghz,
        flop_per_cycle=per_cycle,
        isa=facts.isa,
    )
