"""English–Chinese sentence pairs as documents: translations, and sentences that share a word.

The pairs are Tatoeba's (CC BY 2.0 FR). Single sentences teach no topic, so Chinese sentences with
a rare word in common are put into one document.
"""

import random
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from lesson_core.tasks.bilingual.simplified import simplify

HAN_PAIR = re.compile(r"(?=([\u4e00-\u9fff]{2}))")
AUTHORS = re.compile(r"\(([^)]+)\)")


@dataclass(frozen=True)
class Pair:
    """One sentence in both languages, the Chinese simplified; `authors` are Tatoeba names."""

    english: str
    chinese: str
    authors: tuple[str, ...]


def read(path: Path) -> list[Pair]:
    """The usable pairs of the file: Chinese that can be written in simplified characters."""
    pairs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        english, chinese, source = line.split("\t")
        simple = simplify(chinese.strip())
        if simple:
            names = tuple(AUTHORS.findall(source.split("#", 1)[-1]))
            pairs.append(Pair(english.strip(), full_width(simple), names))
    return pairs


def full_width(text: str) -> str:
    """Chinese punctuation after Chinese characters."""
    for half, full in (
        (",", "，"),
        ("?", "？"),
        ("!", "！"),
        (":", "："),
        (";", "；"),
        (".", "。"),
    ):
        text = re.sub(rf"(?<=[\u4e00-\u9fff]){re.escape(half)} ?", full, text)
    return text


def translations(pairs: list[Pair], rng: random.Random) -> list[str]:
    """One document for each one to three pairs, in either direction."""
    order = rng.sample(pairs, len(pairs))
    out = []
    while order:
        group = [order.pop() for _ in range(min(len(order), rng.randint(1, 3)))]
        if rng.random() < 0.6:
            lines = [f"English: {pair.english}\n中文：{pair.chinese}" for pair in group]
        else:
            lines = [f"中文：{pair.chinese}\nEnglish: {pair.english}" for pair in group]
        out.append("\n".join(lines))
    return out


def topics(sentences: list[str], rng: random.Random) -> list[str]:
    """Documents of two to five sentences with a two-character word in common, each used once."""
    groups: dict[str, list[str]] = defaultdict(list)
    for sentence in sentences:
        for word in set(HAN_PAIR.findall(sentence)):
            groups[word].append(sentence)
    words = [word for word, group in groups.items() if 3 <= len(group) <= 60]
    rng.shuffle(words)
    used: set[str] = set()
    out = []
    for word in words:
        free = [sentence for sentence in groups[word] if sentence not in used]
        if len(free) >= 2:
            group = rng.sample(free, min(len(free), rng.randint(2, 5)))
            used.update(group)
            out.append("".join(group))
    return out + [sentence for sentence in sentences if sentence not in used]
