"""The report names what is missing and how to get it."""

import importlib.metadata

import torch

from lesson_core.learn.sandbox import tiers
from lesson_core.measure import doctor


def test_it_tells_versions_devices_memory_models_and_browser():
    text = "\n".join(doctor.report())
    for word in ("versions", torch.__version__, "cpu:", "GiB available", "data folder", "Chromium"):
        assert word in text


def test_what_the_sandbox_lacks_is_said_with_its_repair(monkeypatch):
    found = {"A": tiers.Probe("no_bwrap"), "B": tiers.Probe("no_landlock", "2")}
    monkeypatch.setattr(tiers, "probes", lambda: found)
    badge, *reasons = doctor.learner_code()
    assert "runs with your rights" in badge
    assert "apt install bubblewrap" in reasons[0] and "version 2" in reasons[1]


def test_a_missing_package_is_said_so(monkeypatch):
    def absent(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.importlib.metadata, "version", absent)
    assert "plotly is missing: `make run` installs it" in doctor.versions()


def test_an_unused_graphics_card_is_explained(monkeypatch):
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 0)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setattr(doctor.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    assert "a build without CUDA" in doctor.devices()[-1]


def test_a_browser_can_be_named(monkeypatch, tmp_path):
    (tmp_path / "chrome").write_text("")
    monkeypatch.setenv("LAB_CHROMIUM", str(tmp_path / "chrome"))
    assert doctor.chromium() == str(tmp_path / "chrome")
    monkeypatch.setenv("LAB_CHROMIUM", str(tmp_path / "gone"))
    assert "missing" in doctor.chromium_line()
