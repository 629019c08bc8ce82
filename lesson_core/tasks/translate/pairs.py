"""The sentence pairs: read, put into one spelling, and split by English sentence.

The pairs are Tatoeba's (CC BY 2.0 FR). The same English sentence often has several translations;
if they fell on both sides of the split, the test would ask what was learned by heart. So a hash
of the English letters alone decides the side, and every copy of this code draws the same split.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from lesson_core.schema.han import RANGE
from lesson_core.tasks.bilingual.simplified import TABLE, simplify

Language = Literal["en", "zh"]
Side = Literal["train", "valid", "test"]

AUTHORS = re.compile(r"\(([^)]+)\)")
FULL = str.maketrans(",?!:;", "，？！：；")
QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "＂": '"', "\u200b": None})


@dataclass(frozen=True)
class Pair:
    """One sentence in both languages; `authors` are Tatoeba names."""

    english: str
    chinese: str
    authors: tuple[str, ...] = ()

    def text(self, language: Language) -> str:
        """The sentence in one of the two languages."""
        return self.english if language == "en" else self.chinese


def read(path: Path) -> list[Pair]:
    """Every pair of the file, in order."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        english, chinese, source = line.split("\t")
        names = tuple(AUTHORS.findall(source.split("#", 1)[-1]))
        pairs.append(Pair(normalise_english(english), normalise_chinese(chinese), names))
    return pairs


def normalise_english(text: str) -> str:
    """Straight quotes, single spaces; nothing else changes."""
    text = unicodedata.normalize("NFC", text).translate(QUOTES)
    return " ".join(text.split())


def normalise_chinese(text: str) -> str:
    """Simplified characters, full-width punctuation, no space beside a Chinese character.

    A traditional character that the table does not know stays as it is: no pair is left out.
    """
    text = unicodedata.normalize("NFC", text)
    text = (simplify(text) or text.translate(TABLE)).translate(QUOTES)
    text = text.replace("「", '"').replace("」", '"').replace("甚么", "什么").replace("﹐", "，")
    text = text.replace("於", "于").replace("妳", "你")
    text = re.sub(rf"(?<=[{RANGE}])[,?!:;]", lambda found: found[0].translate(FULL), text)
    text = re.sub(rf"(?<=[{RANGE}])\.(?!\d)", "。", text)
    text = re.sub(rf"(?<=[{RANGE}，。？！：；、])\s+|\s+(?=[{RANGE}，。？！：；、])", "", text)
    return " ".join(text.split())


def normalise(text: str, language: Language) -> str:
    """The spelling in which the model learned this language."""
    return normalise_english(text) if language == "en" else normalise_chinese(text)


def key(english: str) -> str:
    """Letters and digits in lower case: "I'm cold." and "I'm cold!" are one sentence."""
    return "".join(char for char in english.lower() if char.isalnum())


def digest(english: str) -> int:
    """A 32-bit number that names an English sentence."""
    return int.from_bytes(hashlib.sha256(key(english).encode()).digest()[:4], "big")


def side(english: str) -> Side:
    """Four sentences of a hundred are for the test, two for validation, the rest to learn from."""
    drawn = digest(english) % 100
    if drawn < 4:
        return "test"
    return "valid" if drawn < 6 else "train"


def on_side(pairs: list[Pair], wanted: Side) -> list[Pair]:
    """The pairs of one side of the split."""
    return [pair for pair in pairs if side(pair.english) == wanted]
