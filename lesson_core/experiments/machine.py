"""Job `machine_card`: measure this machine, point by point.

- `progress` detail {what: "bandwidth" | "flops" | "dispatch", done, total} (steps of the card).
- `data` detail {what: "environment", environment (plain), peak_fp32 (plain `Peak` or None)}: first.
- `data` detail {what: "bandwidth", bytes, per_s, samples} per working-set size, growing.
- `data` detail {what: "flops", dtype, per_s, samples, size} per dtype.
- `data` detail {what: "dispatch", seconds, samples}.
- `result` detail = plain `schema.card.Card`.
"""

import os
from collections.abc import Iterator

from lesson_core import clock
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.measure import probes
from lesson_core.measure.machine import measure_card
from lesson_core.model.device import choose_device
from lesson_core.schema.checks import check_range
from lesson_core.schema.events import Event
from lesson_core.schema.specs import MachineCard


def run(spec: MachineCard, lab: Lab) -> Iterator[Event]:
    """Measure the card; between two points somebody may say stop."""
    device = choose_device(spec.device)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    check_range("threads", spec.threads, 0, cores or 1)
    yield setting.code(measure_card, probes.bandwidth, probes.flops, probes.dispatch)
    # A GPU works while Python runs on: only a clock that waits for it tells the truth.
    tell = lab.clock if device == "cpu" else clock.on(device)
    for event in measure_card(device, spec.threads or cores or 1, spec.thorough, tell):
        yield event
        if lab.cancelled():
            return
