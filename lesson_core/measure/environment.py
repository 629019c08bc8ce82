"""Where a number was taken: the facts without which it means nothing.

Nothing here names a person or a host: the machine id is a hash of hardware facts.
"""

import datetime
import hashlib
import importlib.metadata
import os
import platform
from pathlib import Path

import psutil
import torch

from lesson_core.measure import cpu
from lesson_core.schema.results import Environment

GOVERNOR = Path("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")


def environment(device: str, precision: str, threads: int) -> Environment:
    """The environment of a run on `device` with `threads` CPU threads."""
    facts = cpu.facts()
    memory = psutil.virtual_memory().total
    name = device_name(device, facts.name)
    return Environment(
        machine_id=machine_id(facts.name, facts.cores, memory, name),
        cpu=facts.name,
        cores=facts.cores,
        threads=threads,
        memory_bytes=memory,
        device=device,
        device_name=name,
        precision=precision,
        versions=versions(),
        started_at=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        load_average=load_average(),
        governor=governor(),
    )


def machine_id(cpu_name: str, cores: int, memory_bytes: int, device: str) -> str:
    """Twelve hex digits that two runs on the same hardware share."""
    gib = round(memory_bytes / 2**30)  # the kernel's own share varies from boot to boot
    facts = f"{cpu_name}|{cores}|{gib}|{device}|{platform.machine()}"
    return hashlib.sha256(facts.encode()).hexdigest()[:12]


def device_name(device: str, cpu_name: str) -> str:
    """The name of the thing that computes."""
    kind = device.split(":")[0]
    if kind == "cuda":
        return str(torch.cuda.get_device_name(device))
    return f"{cpu_name} (GPU)" if kind == "mps" else cpu_name


def versions() -> dict[str, str]:
    """What was running."""
    found = {"python": platform.python_version(), "torch": torch.__version__}
    for package in ("numpy", "tokenizers", "safetensors"):
        found[package] = importlib.metadata.version(package)
    if torch.version.cuda:
        found["cuda"] = torch.version.cuda
    found["os"] = f"{platform.system()} {platform.release()}"
    return found


def load_average() -> float | None:
    """Processes that wanted a core in the last minute; None where nobody counts them."""
    return os.getloadavg()[0] if hasattr(os, "getloadavg") else None


def governor() -> str | None:
    """The frequency policy of the first core (Linux), where it may be read."""
    try:
        return GOVERNOR.read_text("ascii").strip() or None
    except OSError:
        return None
