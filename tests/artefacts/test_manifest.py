"""A flipped byte anywhere is refused before a load; an unchanged folder is not hashed twice."""

import os

import pytest

from lesson_core.artefacts import home, manifest, registry
from lesson_core.errors import LabError
from tests.artefacts.conftest import FILES, entry, row


@pytest.fixture
def folder(write_registry):
    write_registry(entry())
    folder = home.folder_of("tiny")
    folder.mkdir(parents=True)
    for path, body in FILES.items():
        (folder / path).write_bytes(body)
    manifest.write_manifest(folder, "tiny", "hub lab/tiny")
    return folder


def refused() -> LabError:
    with pytest.raises(LabError) as caught:
        manifest.checked_folder("tiny")
    return caught.value


@pytest.mark.parametrize("name", sorted(FILES))
@pytest.mark.parametrize("where", [0, -1])
def test_a_flipped_byte_is_refused(folder, name, where):
    assert manifest.checked_folder("tiny") == folder
    data = bytearray((folder / name).read_bytes())
    data[where] ^= 1
    (folder / name).write_bytes(data)
    problem = refused()
    assert (problem.code, problem.values["file"]) == ("weights_damaged", name)


def test_same_size_and_same_time_is_still_noticed_by_the_inode(folder):
    manifest.checked_folder("tiny")
    path = folder / "model.safetensors"
    stat = path.stat()
    other = folder.parent / "other"
    other.write_bytes(b"\0" * stat.st_size)
    os.utime(other, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    other.replace(path)
    assert refused().code == "weights_damaged"


def test_an_unchanged_folder_is_not_hashed_again(folder, monkeypatch):
    manifest.checked_folder("tiny")
    monkeypatch.setattr(manifest, "sha256_of", lambda path: pytest.fail("hashed again"))
    assert manifest.checked_folder("tiny") == folder


def test_touching_a_file_hashes_again_and_is_fine(folder):
    manifest.checked_folder("tiny")
    os.utime(folder / "config.json")
    assert manifest.checked_folder("tiny") == folder


@pytest.mark.parametrize("change", ["missing", "extra", "manifest gone", "manifest broken"])
def test_a_folder_that_does_not_match_is_refused(folder, change):
    if change == "missing":
        (folder / "model.safetensors").unlink()
    elif change == "extra":
        (folder / "model-2.safetensors").write_bytes(b"")
    elif change == "manifest gone":
        (folder / "manifest.json").unlink()
    else:
        (folder / "manifest.json").write_text('{"files": 3}')
    assert refused().code == "weights_damaged"


def test_what_a_file_manager_leaves_does_no_harm(folder):
    (folder / ".DS_Store").write_bytes(b"x")
    assert manifest.checked_folder("tiny") == folder


def test_nothing_there_is_another_thing_than_damage(write_registry):
    write_registry(entry())
    assert refused().code == "artefact_missing"


def test_the_origin_is_kept(folder):
    assert manifest.origin_of("tiny") == "hub lab/tiny"


def test_a_bundled_model_is_checked_against_the_registry(write_registry, tmp_path, monkeypatch):
    monkeypatch.setattr(home, "REPOSITORY", tmp_path)
    folder = tmp_path / "assets" / "models" / "shipped"
    folder.mkdir(parents=True)
    (folder / "config.json").write_bytes(FILES["config.json"])
    files = f"files = [{row('config.json', FILES['config.json'])}]"
    write_registry(entry("shipped", bundled=True).rstrip() + "\n" + files)
    assert manifest.checked_folder("shipped") == folder
    (folder / "config.json").write_bytes(b'{"model_type": "LLAMA"}')
    with pytest.raises(LabError) as caught:
        manifest.checked_folder("shipped")
    assert caught.value.code == "weights_damaged"
    assert registry.Registry.load().get("shipped").bytes == 0
