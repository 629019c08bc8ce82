"""The specs of the zero-shot lesson, and how typed labels are read."""

import re
from dataclasses import dataclass
from typing import Literal

from lesson_core.errors import LabError
from lesson_core.schema.checks import MAX_PROMPT_CHARS, check_range
from lesson_core.schema.recipe import Recipe

MOST_LABELS, MOST_TEXTS, MOST_CHARS = 12, 12, 200
APART = re.compile(r"[:：]")
DESCRIPTIONS_APART = re.compile(r"[;；]")


@dataclass(frozen=True, kw_only=True)
class ZeroShot:
    """Job `zero_shot`: the lab's labelled sentences, by likeness and by likelihood.

    All sentences are embedded. The language model reads up to `sampled` of each language, as many
    as it can in `seconds`.
    """

    recipe: Recipe
    sampled: int = 156
    seconds: float = 40.0

    def __post_init__(self) -> None:
        check_range("sampled", self.sampled, 12, 312)
        check_range("seconds", self.seconds, 1, 300)


@dataclass(frozen=True, kw_only=True)
class Label:
    """A class of the learner's own: a name, and what it is about, if they say so."""

    name: str
    descriptions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OwnZeroShot:
    """Job `zero_shot_own`: the learner's texts and labels; `template` holds one `{}`.

    `lang` is the language in which the language model is asked.
    """

    recipe: Recipe
    texts: tuple[str, ...]
    labels: tuple[Label, ...]
    template: str
    lang: Literal["en", "zh"] = "en"

    def __post_init__(self) -> None:
        check_texts(self.texts)
        check_labels(self.labels)
        if self.template.count("{}") != 1 or len(self.template) > MOST_CHARS:
            raise LabError("zero_shot_template", text=self.template[:40])


def read_texts(typed: str) -> tuple[str, ...]:
    """One text per line; empty lines do not count."""
    return tuple(line.strip() for line in typed.splitlines() if line.strip())


def read_labels(typed: str) -> tuple[Label, ...]:
    """One label per line: a name, or `name: description; description`."""
    labels = []
    for line in read_texts(typed):
        name, *rest = APART.split(line, maxsplit=1)
        told = DESCRIPTIONS_APART.split(rest[0]) if rest else []
        descriptions = tuple(text.strip() for text in told if text.strip())
        labels.append(Label(name=name.strip(), descriptions=descriptions))
    return tuple(labels)


def check_texts(texts: tuple[str, ...]) -> None:
    """At least one text, not too many, none of them a whole book."""
    if not texts:
        raise LabError("zero_shot_no_text")
    if len(texts) > MOST_TEXTS:
        raise LabError("zero_shot_many_texts", n=f"{len(texts):,}", limit=MOST_TEXTS)
    longest = max(map(len, texts))
    if longest > MAX_PROMPT_CHARS:
        raise LabError("zero_shot_long_text", chars=f"{longest:,}", limit=f"{MAX_PROMPT_CHARS:,}")


def check_labels(labels: tuple[Label, ...]) -> None:
    """Two labels or more, with names, all different, none of them a paragraph."""
    if len(labels) < 2:
        raise LabError("zero_shot_few_labels", n=len(labels))
    if len(labels) > MOST_LABELS:
        raise LabError("zero_shot_many_labels", n=f"{len(labels):,}", limit=MOST_LABELS)
    seen: set[str] = set()
    for number, label in enumerate(labels, start=1):
        for text in (label.name, *label.descriptions):
            if len(text) > MOST_CHARS:
                raise LabError("zero_shot_long_label", start=text[:24], chars=f"{len(text):,}",
                               limit=MOST_CHARS)  # fmt: skip
        if not label.name:
            raise LabError("zero_shot_unnamed_label", line=number)
        if label.name.casefold() in seen:
            raise LabError("zero_shot_equal_labels", name=label.name)
        seen.add(label.name.casefold())
