"""`python -m lesson_core.measure.doctor`: can this machine run the lab, and what is missing?"""

import importlib.metadata
import os
import platform
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

import psutil
import torch

from lesson_core.artefacts import report as models
from lesson_core.learn import words
from lesson_core.learn.sandbox import tiers
from lesson_core.measure import cpu

PACKAGES = ("streamlit", "torch", "numpy", "tokenizers", "safetensors", "plotly", "SQLAlchemy")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
LOW_MEMORY = 3 * 10**9  # bytes: the default model in fp32, PyTorch, the server and a browser


def report() -> list[str]:
    """The lines of the report; versions, devices, memory, models, browser, then what to do."""
    return [
        *_block("versions", versions()),
        *_block("devices", devices()),
        *_block("memory", memory()),
        *_block("models", models.doctor()),
        *_block("learner code", learner_code()),
        *_block("browser tests", [chromium_line()]),
    ]


def versions() -> list[str]:
    """Python, the system, and the packages that the numbers depend on."""
    lines = [f"Python {platform.python_version()} on {platform.system()} {platform.release()}"]
    for package in PACKAGES:
        try:
            lines.append(f"{package} {importlib.metadata.version(package)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{package} is missing: `make run` installs it")
    return lines


def devices() -> list[str]:
    """The processor, and each accelerator that PyTorch can use, or why there is none."""
    facts = cpu.facts()
    threads = torch.get_num_threads()
    lines = [f"cpu: {facts.name}, {facts.cores} cores, PyTorch uses {threads} threads"]
    for number in range(torch.cuda.device_count()):
        card = torch.cuda.get_device_properties(number)
        lines.append(f"cuda:{number}: {card.name}, {card.total_memory / 2**30:.0f} GiB")
    if torch.backends.mps.is_available():
        lines.append("mps: the GPU of this Mac")
    if len(lines) == 1 and shutil.which("nvidia-smi"):
        build = "a build without CUDA" if torch.version.cuda is None else "no access to it"
        lines.append(f"An NVIDIA driver is installed, but PyTorch has {build}: see the README.")
    return lines


def memory() -> list[str]:
    """What is free now."""
    found = psutil.virtual_memory()
    lines = [f"{found.total / 2**30:.1f} GiB, {found.available / 2**30:.1f} GiB available"]
    if found.available < LOW_MEMORY:
        lines.append("That is little for the default model: close other programs first.")
    return lines


def learner_code() -> list[str]:
    """What runs a learner's code on loopback, and what a stronger tier lacks."""
    standing = tiers.standing("127.0.0.1")
    said = [standing.says(), *standing.reasons()]
    return [words.t("en", f"errors.{one.code}", **one.values) for one in said]


def chromium_line() -> str:
    """Where Chromium is, or how to get it."""
    found = chromium()
    if found:
        return f"Chromium: {found}"
    return "Chromium is missing (only the tests need it): `apt install chromium`, or LAB_CHROMIUM."


def chromium() -> str | None:
    """The browser that the tests would drive: LAB_CHROMIUM, or one on the PATH."""
    named = os.environ.get("LAB_CHROMIUM", "")
    if named:
        return named if Path(named).exists() else None
    return next((path for name in CHROMIUM if (path := shutil.which(name))), None)


def _block(title: str, lines: Iterable[str]) -> list[str]:
    return [title, *(f"  {line}".rstrip() for line in lines), ""]


if __name__ == "__main__":
    sys.stdout.write("\n".join(report()))
