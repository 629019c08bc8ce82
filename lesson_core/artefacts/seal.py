"""Writing the hashes of a bundled artefact into `assets/models.toml`, after it was trained anew."""

import re
from pathlib import Path

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.manifest import hashed
from lesson_core.artefacts.registry import MODELS_TOML, File, Registry
from lesson_core.errors import LabError


def seal(artefact_id: str, registry_file: Path = MODELS_TOML) -> tuple[File, ...]:
    """Hash the bundled folder and write `files` and `disk_bytes` of its entry; returns the files.

    LabError("artefact_missing") where the folder has no config.json.
    """
    folder = folder_of(artefact_id)
    if not Registry.load(registry_file).get(artefact_id).bundled:
        raise ValueError(f"{artefact_id} is not bundled: its hashes are its sources'")
    if not (folder / "config.json").is_file():
        raise LabError("artefact_missing", artefact=artefact_id)
    files = hashed(folder)
    text = registry_file.read_text(encoding="utf-8")
    registry_file.write_text(sealed(text, artefact_id, files), encoding="utf-8")
    return files


def sealed(text: str, artefact_id: str, files: tuple[File, ...]) -> str:
    """The registry's text with the entry's size and hashes replaced, all else untouched."""
    start = text.index(f'["{artefact_id}"]')
    end = text.find("\n[", start)
    end = len(text) if end < 0 else end
    entry = re.sub(r"(?ms)^files = \[$.*?^\]\n?|^disk_bytes = .*\n?", "", text[start:end])
    lines = [
        f'  {{ path = "{f.path}", bytes = {f.bytes:_}, sha256 = "{f.sha256}" }},' for f in files
    ]
    size = f"disk_bytes = {sum(file.bytes for file in files):_}"
    block = "\n".join([entry.rstrip(), size, "files = [", *lines, "]"])
    return text[:start] + block + "\n" + text[end:]
