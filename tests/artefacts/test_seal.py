"""Sealing rewrites one entry and leaves the rest of the file as it was."""

import tomllib

from lesson_core.artefacts import home, manifest, registry
from lesson_core.artefacts.seal import seal, sealed
from tests.artefacts.conftest import entry, source


def test_seal_writes_hashes_that_verify(write_registry, tmp_path, monkeypatch):
    monkeypatch.setattr(home, "REPOSITORY", tmp_path)
    folder = tmp_path / "assets" / "models" / "shipped"
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(b"{}")
    (folder / "model.safetensors").write_bytes(bytes(10))
    write_registry(entry("shipped", bundled=True), entry(sources=(source(),)))
    file = registry.MODELS_TOML
    before = tomllib.loads(file.read_text())
    seal("shipped", file)
    manifest.verify("shipped")
    after = tomllib.loads(file.read_text())
    assert after["tiny"] == before["tiny"]
    assert after["shipped"]["disk_bytes"] == 12
    text = file.read_text()
    seal("shipped", file)
    assert file.read_text() == text


def test_the_last_entry_can_be_sealed_too():
    assert tomllib.loads(sealed(entry("shipped"), "shipped", ()))["shipped"]["files"] == []
