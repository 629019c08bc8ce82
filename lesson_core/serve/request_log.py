"""A log of requests: few questions are asked often, many rarely, and each in several wordings.

The questions were written for this lesson (`assets/texts/help_desk_*.yaml`); who asks what is
drawn from Zipf's law with a seed, so the same settings give the same log.
"""

import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from lesson_core.theory.caching import zipf

FOLDER = Path(__file__).parents[2] / "assets" / "texts"
WORDINGS = (0.5, 0.3, 0.2)  # how often each wording of a question is chosen
SHUFFLE = 3  # which question is popular has nothing to do with its place in the file


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One text that may be asked; `question` is what it means: same number, same answer."""

    text: str
    question: int
    topic: str


@dataclass(frozen=True, kw_only=True)
class Pool:
    """All texts of a language, those of a question together, the most popular question first."""

    system: str
    pages: dict[str, str]
    texts: tuple[Asked, ...]

    @property
    def questions(self) -> int:
        """How many different questions there are."""
        return len(self.texts) // len(WORDINGS)

    def chances(self, skew: float) -> list[float]:
        """The probability of each text: its question by Zipf, its wording by `WORDINGS`."""
        return [share * one for share in zipf(self.questions, skew) for one in WORDINGS]

    def draw(self, requests: int, skew: float, seed: int) -> list[int]:
        """Which text each request asks, as indices into `texts`."""
        chosen = random.Random(f"requests:{seed}")
        return chosen.choices(range(len(self.texts)), self.chances(skew), k=requests)

    def context(self, asked: Asked) -> str:
        """What stands before the question: the same for all, then the same for its topic."""
        return f"{self.system}\n\n{self.pages[asked.topic]}"


@cache
def pool(lang: str) -> Pool:
    """The questions in one language."""
    plain = yaml.safe_load((FOLDER / f"help_desk_{lang}.yaml").read_text(encoding="utf-8"))
    found = [
        (topic, wordings)
        for topic, entry in plain["topics"].items()
        for wordings in entry["questions"]
    ]
    random.Random(SHUFFLE).shuffle(found)
    return Pool(
        system=plain["system"],
        pages={topic: entry["page"] for topic, entry in plain["topics"].items()},
        texts=tuple(
            Asked(text=text, question=number, topic=topic)
            for number, (topic, wordings) in enumerate(found)
            for text in wordings
        ),
    )
