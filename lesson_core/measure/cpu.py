"""The processor's name, cores, clock and vector units, as the operating system tells them."""

import ctypes
import os
import platform
import sys
from functools import cache
from pathlib import Path

import psutil
import torch

from lesson_core.theory.peak import CpuFacts

CPUINFO = Path("/proc/cpuinfo")


@cache
def facts() -> CpuFacts:
    """What is known about this CPU; unknown things are None."""
    return CpuFacts(name=name(), cores=cores(), ghz=ghz(), isa=isa())


def cores() -> int:
    """Physical cores this process may use: containers and affinity masks count."""
    logical = psutil.cpu_count(logical=True) or 1
    physical = psutil.cpu_count(logical=False) or logical
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else logical
    return max(1, min(physical, allowed))


def name() -> str:
    """As the vendor writes it; "unknown CPU (x86_64)" where nobody says."""
    readers = {"linux": _linux_name, "darwin": _mac_name, "win32": _windows_name}
    found = readers.get(sys.platform, platform.processor)()
    return " ".join(found.split()) or f"unknown CPU ({platform.machine()})"


def ghz() -> float | None:
    """The clock in GHz: the rated maximum where it is told, else the present one."""
    try:
        clock = psutil.cpu_freq()
    except (OSError, NotImplementedError, RuntimeError, AttributeError):
        return None  # some virtual machines and Apple silicon
    mhz = (clock.max or clock.current) if clock else 0
    return mhz / 1000 if mhz else None


def isa() -> str | None:
    """The widest vector unit torch found: "avx512", "avx2", "neon", or None."""
    if platform.machine().lower() in ("arm64", "aarch64"):
        return "neon"
    found = torch.backends.cpu.get_cpu_capability().lower()
    return next((known for known in ("avx512", "avx2") if found.startswith(known)), None)


def _linux_name() -> str:
    try:
        lines = CPUINFO.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    keys = ("model name", "Model", "Hardware", "cpu model", "uarch")  # x86; the ARM and RISC-V ones
    for key in keys:
        for line in lines:
            label, _, value = line.partition(":")
            if label.strip() == key:
                return value
    return ""


def _mac_name() -> str:
    libc = ctypes.CDLL(None)
    size = ctypes.c_size_t(256)
    text = ctypes.create_string_buffer(size.value)
    failed = libc.sysctlbyname(b"machdep.cpu.brand_string", text, ctypes.byref(size), None, 0)
    return "" if failed else text.value.decode("utf-8", "replace")


def _windows_name() -> str:
    import winreg  # only there on Windows

    path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    with winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, path) as key:  # type: ignore[attr-defined]
        return str(winreg.QueryValueEx(key, "ProcessorNameString")[0])  # type: ignore[attr-defined]
