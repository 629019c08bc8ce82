"""What the lab can bring from outside: `assets/models.toml` as frozen dataclasses."""

import functools
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from lesson_core.errors import LabError
from lesson_core.schema.plain import from_plain

DEFAULT = "smollm2-135m"
FALLBACK = "bilingual-4m"
REPOSITORY = Path(__file__).resolve().parents[2]
MODELS_TOML = REPOSITORY / "assets" / "models.toml"

Kind = Literal["language_model"]
Language = Literal["en", "zh"]
_REVISION = re.compile(r"[0-9a-f]{40}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class File:
    """One file to fetch. `sha256` None: the hub's own LFS hash at the pinned revision is asked."""

    path: str
    bytes: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where an artefact can be had.

    `wheel`: `name`==`version` on the package index in use, `files` lists members of that wheel.
    `hub`, `modelscope`: repository `name` at the 40-digit `revision`.
    """

    kind: Literal["wheel", "hub", "modelscope"]
    name: str
    form: Literal["gguf", "hub_layout"]
    files: tuple[File, ...]
    version: str = ""
    revision: str = ""


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """`bytes` is what the first source downloads, `disk_bytes` what lies on disk afterwards."""

    id: str
    kind: Kind
    title: dict[str, str]
    what: dict[str, str]
    license: str
    attribution: str
    languages: tuple[Language, ...]
    chat: bool
    bundled: bool
    bytes: int
    disk_bytes: int
    sources: tuple[Source, ...] = ()
    files: tuple[File, ...] = field(default_factory=tuple)  # of a bundled one, with hashes


class Registry:
    """All artefacts, in the order of the file."""

    def __init__(self, artefacts: tuple[Artefact, ...]) -> None:
        self._artefacts = {artefact.id: artefact for artefact in artefacts}

    @classmethod
    def load(cls, path: Path = MODELS_TOML) -> "Registry":
        """Read and check the file; a mistake in it is a bug of ours and raises TypeError."""
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
    artefacts = tuple(_artefact(name, entry) for name, entry in table.items())
    return Registry(artefacts)


def _artefact(name: str, entry: dict[str, Any]) -> Artefact:
    artefact = from_plain(Artefact, {"id": name, **entry})
    for source in artefact.sources:
        _check(name, source)
    return artefact


def _check(name: str, source: Source) -> None:
    pinned = source.version if source.kind == "wheel" else _REVISION.fullmatch(source.revision)
    if not pinned:
        raise TypeError(f"{name}: the {source.kind} source is not pinned")
    for file in source.files:
        if file.sha256 is not None and not _SHA256.fullmatch(file.sha256):
            raise TypeError(f"{name}: {file.path} has a malformed SHA-256")
        if file.sha256 is None and source.kind != "hub":
            raise TypeError(f"{name}: {file.path} from {source.kind} needs a SHA-256")
