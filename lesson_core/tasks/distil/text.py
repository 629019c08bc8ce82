"""The text that students of the distillation lesson learn from, as it ships with the lab."""

from dataclasses import dataclass
from pathlib import Path

from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.tasks.bilingual import packing

FOLDER = REPOSITORY / "assets" / "texts" / "distil"


@dataclass(frozen=True, kw_only=True)
class Text:
    """`train` and `written` are learnt; `check` may be looked at before a choice, `held` may not.

    `written` is what the teacher made of the beginnings of `train`. No request that an answer in
    `train` belongs to has an answer in `check` or `held`.
    """

    train: packing.Documents
    written: packing.Documents
    check: packing.Documents
    held: packing.Documents

    @classmethod
    def load(cls, folder: Path = FOLDER) -> "Text":
        """What `prepare` wrote."""
        return cls(**{
            name: packing.Documents.load(folder / f"{name}.safetensors")
            for name in cls.__dataclass_fields__
        })  # fmt: skip
