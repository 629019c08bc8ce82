"""Published accelerators: every row of assets/tables/hardware.csv, and the names they go by.

Peaks are dense: half of a vendor's "with sparsity" number.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from lesson_core.theory.model_table import rows

Kind = Literal["hbm", "gddr", "unified", "cpu"]
KINDS: dict[str, Kind] = {"hbm": "hbm", "gddr": "gddr", "unified": "unified", "cpu": "cpu"}
"""The memory decides how much of its bandwidth software gets: stacked, graphics, shared, DDR."""

PEAKS = {
    "fp32": "fp32_tflops", "bf16": "bf16_tflops", "fp16": "fp16_tflops", "fp8": "fp8_tflops",
    "int8": "int8_tops", "fp4": "fp4_tflops",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hardware:
    """Datasheet numbers of one accelerator; `flops` maps a precision to dense FLOP/s."""

    name: str
    kind: Kind
    bandwidth: float  # bytes/s
    flops: dict[str, float]
    memory_bytes: float  # 0 if the table does not say
    link: float  # bytes/s to a neighbour, one direction; 0 if the table does not say
    source: str


@cache
def hardware() -> dict[str, Hardware]:
    """Every row of hardware.csv by name."""
    return {row["device"]: _hardware(row) for row in rows("hardware.csv")}


def find_hardware(device_name: str) -> Hardware | None:
    """The row whose every word is in a driver's name: "NVIDIA H100 80GB HBM3" is the H100 SXM.

    The longest such row, so that an RTX 3080 Ti is not taken for an RTX 3080.
    """
    told = _words(device_name)
    if told & {"HBM3", "SXM2", "SXM4", "SXM5", "H200", "B200"}:  # never on a PCIe board
        told.add("SXM")
    if "LAPTOP" in told:
        return None
    fits = [name for name in hardware() if _words(name) <= told]
    return hardware()[max(fits, key=lambda name: len(_words(name)))] if fits else None


# What a measurement may call a card, squeezed to letters and digits, and the row it means; the
# first pattern that is found wins. A bare A100 or H100 is the common 80 GB SXM board.
ALIASES = (
    (r"a100.*40gb", "A100-40GB"), (r"a100.*pcie", "A100-80GB PCIe"), (r"a100", "A100-80GB SXM"),
    (r"(?<!r)a800", "A800-80GB SXM"), (r"h100.*pcie", "H100 PCIe"), (r"h100.*nvl", None),
    (r"h100", "H100 SXM"), (r"h800", "H800 SXM"), (r"h200", "H200 SXM"), (r"gb200", "GB200"),
    (r"b200", "B200 SXM"), (r"h20", "H20"), (r"mi250", "MI250X GCD"), (r"mi300x", "MI300X"),
    (r"v100", "V100 SXM2"), (r"l40s", "L40S"), (r"l40", None),
    (r"l20", "L20"), (r"l4(?!\d)", "L4"),
    (r"(rtx)?(6000|5000|4000)ada", r"RTX \2 Ada"), (r"a6000", "RTX A6000"),
    (r"a40(?!00)", "A40"),
    (r"a10g", "A10G"), (r"a10", "A10"), (r"tpuv5e", "TPU v5e"), (r"tpuv5p", "TPU v5p"),
    (r"gb10", "DGX Spark GB10"), (r"orin", "Jetson AGX Orin"), (r"7900xtx", "RX 7900 XTX"),
    (r"8480", "Xeon 8480+"), (r"(?<!\d)([3-5]0[5-9]0)(tisuper)", r"RTX \1 Ti SUPER"),
    (r"(?<!\d)([3-5]0[5-9]0)(ti)", r"RTX \1 Ti"),
    (r"(?<!\d)([3-5]0[5-9]0)(super)", r"RTX \1 SUPER"),
    (r"(?<!\d)([3-5]0[5-9]0)", r"RTX \1"), (r"(?:^|apple)(m[1-5])(pro|max|ultra)", r"Apple \1 \2"),
    (r"apple(m[1-5])|^(m[1-5])(?=\d*core|\d*gb|cpu|$)", r"Apple \1\2"), (r"t4(?!\d[^\d])", "T4"),
)  # fmt: skip


def find_named(name: str) -> Hardware | None:
    """The accelerator a measurement means; None if unknown.

    A name that states its own bandwidth ("… (273 GB/s)") is believed, also when it is a card that
    the table does not list. A laptop's card is another chip, and a choice of two is none.
    """
    if re.search(r"\b(or|laptop|mobile|unspecified)\b", name, re.IGNORECASE):
        return None
    said = re.search(r"([\d.]+)\s*GB/s", name)
    bandwidth = _number(said[1]) * 1e9 if said else 0.0
    squeezed = re.sub(r"[^a-z0-9]", "", re.sub(r"\(.*?\)", "", name.lower()))
    cpu = re.search(r"\b(cpu|intel|ryzen|epyc|xeon|threads?)\b", name, re.IGNORECASE)
    row = _alias(squeezed)
    if cpu:
        kind: Kind = "cpu"
        if not bandwidth and row is None:
            return None
        base = row or _unknown(name)
        return replace(base, kind=kind, bandwidth=bandwidth or base.bandwidth, flops={})
    if row is None:
        unified = "apple" in squeezed
        found = replace(_unknown(name), kind="unified" if unified else "gddr", bandwidth=bandwidth)
        return found if bandwidth else None
    return replace(row, bandwidth=bandwidth) if bandwidth else row


def _alias(squeezed: str) -> Hardware | None:
    by_key = {name.lower(): row for name, row in hardware().items()}
    for pattern, target in ALIASES:
        match = re.search(pattern, squeezed)
        if match:
            return by_key.get(match.expand(target).strip().lower()) if target else None
    return None


def _unknown(name: str) -> Hardware:
    return Hardware(
        name=name, kind="gddr", bandwidth=0.0, flops={}, memory_bytes=0.0, link=0.0, source=name
    )


def _words(name: str) -> set[str]:
    return set(name.upper().replace("-", " ").split())


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _hardware(row: dict[str, str]) -> Hardware:
    flops = {p: _number(row[column]) * 1e12 for p, column in PEAKS.items() if row[column]}
    return Hardware(
        name=row["device"],
        kind=KINDS[row["kind"]],
        bandwidth=_number(row["bw_gbs"]) * 1e9,
        flops=flops,
        memory_bytes=_number(row["mem_gb"]) * 1e9,
        link=_number(row["link_gbs"]) * 1e9,
        source=row["provenance"],
    )
