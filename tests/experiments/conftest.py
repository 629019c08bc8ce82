"""Fixtures of the experiments."""

from pathlib import Path

import pytest

from tests.experiments.fake_lab import FakeLab


@pytest.fixture
def lab(tmp_path: Path) -> FakeLab:
    """A fresh fake lab."""
    return FakeLab(tmp_path)
