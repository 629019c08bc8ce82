"""What lies between cards: how much longer an all-reduce takes than over NVLink, and handing on.

Latencies are those by which NCCL itself chooses an algorithm (src/graph/tuning.cc, tree with the
LL protocol): a start, then 2(n − 1) steps inside a machine, or 2·log₂ n between machines. What
NVLink really takes was learned from published decode speeds (`theory.deployment`); a wire adds
the difference. Over plain TCP, without RDMA, a network is several times slower than this.
"""

import math
from dataclasses import dataclass

START_S = 4.4e-6
NVLINK_STEP_S = 0.52e-6


@dataclass(frozen=True, kw_only=True)
class Wire:
    """`step_s` per step of an all-reduce; `bandwidth` bytes/s one way, 0: the card's own link."""

    name: str
    step_s: float
    bandwidth: float = 0.0
    network: bool = False  # each card in a machine of its own

    def extra_s(self, cards: int) -> float:
        """Seconds by which an all-reduce over this wire takes longer than over NVLink."""
        inside = 2 * (cards - 1) * NVLINK_STEP_S
        steps = 2 * math.log2(cards) if self.network else 2 * (cards - 1)
        return max(0.0, steps * self.step_s - inside)

    def hop_s(self, size: float, link: float) -> float:
        """Seconds to hand `size` bytes to the next card; `link` is the card's own bandwidth."""
        return START_S + self.step_s + size / (self.bandwidth or link)


WIRES = {
    wire.name: wire
    for wire in (
        Wire(name="nvlink", step_s=NVLINK_STEP_S),
        Wire(name="pcie", step_s=1.0e-6, bandwidth=63e9),  # PCIe 5 x16
        Wire(name="infiniband", step_s=5.0e-6, bandwidth=50e9, network=True),  # 400 Gbit/s
        Wire(name="ethernet", step_s=5.0e-6, bandwidth=12.5e9, network=True),  # 100 Gbit/s, RDMA
    )
}
