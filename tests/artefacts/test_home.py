"""Where things live, what they take, and what may be deleted."""

import pytest

from lesson_core.artefacts import home
from lesson_core.artefacts.registry import DEFAULT, FALLBACK
from lesson_core.errors import LabError
from tests.artefacts.conftest import entry


def put(artefact_id: str, size: int = 100) -> None:
    folder = home.folder_of(artefact_id)
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(bytes(size))


def test_lab_home_can_be_moved(monkeypatch, tmp_path):
    monkeypatch.setenv("LAB_HOME", "~/elsewhere")
    assert home.lab_home().is_absolute() and home.lab_home().name == "elsewhere"
    monkeypatch.setenv("LAB_HOME", " ")
    assert home.lab_home().name == "llm-speed-lab"


def test_the_best_that_is_here():
    assert home.best_ready() == FALLBACK
    put(DEFAULT)
    assert home.best_ready() == DEFAULT


def test_usage_counts_finished_and_partial_bytes(write_registry):
    write_registry(entry(), entry("other"))
    put("tiny")
    home.download_folder("other").mkdir(parents=True)
    (home.download_folder("other") / "x.part").write_bytes(bytes(7))
    rows = {row.id: row for row in home.usage()}
    assert (rows["tiny"].bytes, rows["tiny"].ready, rows["tiny"].partial_bytes) == (100, True, 0)
    assert (rows["other"].bytes, rows["other"].ready, rows["other"].partial_bytes) == (0, False, 7)


def test_delete_frees_both(write_registry):
    write_registry(entry())
    put("tiny")
    home.download_folder("tiny").mkdir(parents=True)
    (home.download_folder("tiny") / "x.part").write_bytes(bytes(7))
    assert home.delete("tiny") == 107
    assert not home.is_ready("tiny")
    assert home.delete("tiny") == 0


def test_of_a_link_only_the_link_is_deleted(write_registry, tmp_path):
    write_registry(entry())
    real = tmp_path / "real"
    real.mkdir()
    (real / "config.json").write_bytes(b"{}")
    home.folder_of("tiny").parent.mkdir(parents=True)
    home.folder_of("tiny").symlink_to(real)
    home.delete("tiny")
    assert (real / "config.json").exists() and not home.is_ready("tiny")


def test_a_bundled_model_stays(write_registry):
    write_registry(entry("shipped", bundled=True))
    with pytest.raises(LabError) as caught:
        home.delete("shipped")
    assert caught.value.code == "artefact_bundled"
