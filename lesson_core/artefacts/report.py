"""What is here, what is missing and how to get it, in lines of text for a terminal."""

import locale
import shutil
from pathlib import Path

import yaml

from lesson_core.artefacts import home, index, manifest
from lesson_core.artefacts.fetch import offline_by_environment
from lesson_core.artefacts.registry import REPOSITORY, Registry
from lesson_core.errors import LabError

USE = {
    "language_model": "completions",
    "sentence_encoder": "sentence embeddings",
    "ladder_rung": "completions, one size of several",
    "draft": "speculative drafts",
    "word_vectors": "word vectors",
    "translator": "translations",
}


def models() -> list[str]:
    """One line per model: here or not, how large, what for."""
    lines = []
    for row in home.usage():
        artefact = Registry.load().get(row.id)
        state = "bundled" if row.bundled and row.ready else "here" if row.ready else "not here"
        size = row.bytes or artefact.bytes
        use = "chat" if artefact.chat else USE[artefact.kind]
        languages = "/".join(artefact.languages)
        lines.append(f"{row.id:<16}{state:<10}{size / 1e6:>7.0f} MB  {languages:<6}{use}")
    return lines


def doctor() -> list[str]:
    """What is here and whole, what is missing and how to get it, where downloads come from."""
    used = index.in_use()
    hosts = [address.split("@")[-1] for address in (*used.find_links, *used.bases)]
    lines = [
        f"data folder   {home.lab_home()}",
        f"disk free     {_free(home.lab_home()) / 1e9:.1f} GB",
        f"offline       {'yes: nothing is downloaded' if offline_by_environment() else 'no'}",
        f"packages from {', '.join(hosts) or 'nowhere: set PIP_INDEX_URL'}",
        "",
        *models(),
        "",
    ]
    for artefact in Registry.load().all():
        lines += _state(artefact.id)
    return lines


def _state(artefact_id: str) -> list[str]:
    artefact = Registry.load().get(artefact_id)
    try:
        manifest.checked_folder(artefact_id)
    except LabError as problem:
        if problem.code != "artefact_missing":
            return [f"{artefact_id}: {sentence(problem)}"]
        how = f"`python -m lesson_core.artefacts fetch {artefact_id}`"
        return [f"{artefact_id}: missing; {how} downloads {artefact.bytes / 1e6:.0f} MB"]
    return [f"{artefact_id}: whole, every SHA-256 checked"]


def sentence(problem: LabError) -> str:
    """The words for a problem, in the language of the terminal (Chinese or English)."""
    spoken = (locale.getlocale()[0] or "").lower()
    language = "zh" if spoken.startswith(("zh", "chinese")) else "en"
    text = (REPOSITORY / "assets" / "i18n" / f"{language}.yaml").read_text(encoding="utf-8")
    words = yaml.safe_load(text)["errors"].get(problem.code)
    return str(words).format(**problem.values) if words else str(problem)


def _free(folder: Path) -> int:
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
