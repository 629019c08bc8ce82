"""Public labelled sets, read from a folder of the shape of `../shared/data`.

They are for tests and benchmarks; nothing on a page needs them. SIB-200: Adelani et al. 2024,
arXiv:2309.07445 (seven topics of FLORES sentences). CLINC-150: Larson et al. 2019,
arXiv:1909.02027 (150 intents of people who talk to an assistant; the small set).
"""

import csv
import json
from pathlib import Path
from typing import Literal, NamedTuple

from lesson_core.errors import LabError

Split = Literal["train", "dev", "test"]
SIB_LANGUAGES = {"en": "eng_Latn", "zh": "zho_Hans"}
CLINC_SPLITS: dict[Split, str] = {"train": "train", "dev": "val", "test": "test"}


class Example(NamedTuple):
    """A text and the class it belongs to."""

    text: str
    label: str


def sib200(folder: Path, lang: str, split: Split) -> list[Example]:
    """Sentences with one of seven topics; LabError("data_missing") where the file is not."""
    path = _there(folder / "sib200" / f"{SIB_LANGUAGES[lang]}.{split}.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Example(row["text"], row["category"]) for row in rows]


def clinc150(folder: Path, split: Split) -> list[Example]:
    """Questions with one of 150 intents, none out of scope; LabError("data_missing")."""
    path = _there(folder / "clinc150" / "data_small.json")
    rows = json.loads(path.read_text(encoding="utf-8"))[CLINC_SPLITS[split]]
    return [Example(text, label) for text, label in rows]


def _there(path: Path) -> Path:
    if not path.exists():
        raise LabError("data_missing", file=str(path))
    return path
