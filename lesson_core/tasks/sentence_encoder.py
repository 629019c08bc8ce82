"""The lab's sentence encoder, from the files that were fetched and hashed."""

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import ENCODER
from lesson_core.model.sentences import SentenceEncoder


def load() -> SentenceEncoder:
    """The encoder; LabError("artefact_missing") where its files are not on this machine."""
    return SentenceEncoder.load(manifest.checked_folder(ENCODER))


def if_here() -> SentenceEncoder | None:
    """The encoder, or None where its files are not on this machine."""
    return load() if home.is_ready(ENCODER) else None
