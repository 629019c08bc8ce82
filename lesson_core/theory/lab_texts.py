"""The lab's own text, a page in each language: written for it, so no model was trained on it."""

from pathlib import Path

FOLDER = Path(__file__).parents[2] / "assets" / "texts"


def lab_text(lang: str) -> str:
    """The text of one language, `en` or `zh`."""
    return (FOLDER / f"quality_{lang}.txt").read_text(encoding="utf-8").strip()
