"""Translation as a dictionary: look every word up, write the finds down in the same order.

That is what "turn the words into vectors, find the nearest in the other language" comes to. The
dictionary here is as good as the sentence pairs allow: IBM model 1 learns from them which words
go together, which nearest neighbours in two separately trained vector spaces would only guess.
What it lacks is not words: it is order, agreement, sense in context, and words without a partner.
Source: Brown et al. 1993, "The Mathematics of Statistical Machine Translation", model 1.
"""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lesson_core.schema.han import RANGE
from lesson_core.tasks.translate.pairs import Language, Pair, normalise
from lesson_core.tasks.translate.subwords import recapitalise

TOKEN = re.compile(r"[A-Za-z]+(?:'[a-z]+)?|\d+|[^\sA-Za-z\d]")
HAN = re.compile(f"[{RANGE}]+")
NOTHING = ""
"""The empty source word: it stands for target words that nothing in the source explains."""
LONGEST, RARE, TOGETHER = 4, 3, 3.0  # characters in a word; times seen; nats of togetherness


@dataclass(frozen=True)
class Lexicon:
    """One word for each word, in both directions; "" where silence is likelier than any word."""

    to: dict[Language, dict[str, str]]  # by the language to write
    words: frozenset[str]  # Chinese words of several characters

    def translate(self, text: str, target: Language) -> list[tuple[str, str]]:
        """(word, what stands for it) for each word of the text, in its order."""
        source: Language = "en" if target == "zh" else "zh"
        found = tokens(normalise(text, source), source, self.words)
        return [(word, self.to[target].get(word.lower(), word)) for word in found]

    def text(self, text: str, target: Language) -> str:
        """The finds as a sentence."""
        written = [out for _, out in self.translate(text, target) if out]
        if target == "zh":
            return normalise("".join(written), "zh")
        return recapitalise(re.sub(r" (?=[.,?!:;%])", "", " ".join(written)))

    def save(self, path: Path) -> None:
        """As JSON."""
        plain = {"to": self.to, "words": sorted(self.words)}
        path.write_text(json.dumps(plain, ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Lexicon":
        """Read what `save` wrote."""
        plain = json.loads(path.read_text("utf-8"))
        return cls(plain["to"], frozenset(plain["words"]))


def tokens(text: str, language: Language, words: frozenset[str]) -> list[str]:
    """Words and punctuation; Chinese is cut at the longest word known, from the left."""
    if language == "en":
        return TOKEN.findall(text)
    out, start = [], 0
    while start < len(text):
        if not HAN.match(text[start]):
            found = TOKEN.match(text, start)
            out += [found[0]] if found else []
            start = found.end() if found else start + 1
            continue
        sizes = range(LONGEST, 1, -1)
        size = next((n for n in sizes if text[start : start + n] in words), 1)
        out.append(text[start : start + size])
        start += size
    return out


def words_of(sentences: Iterable[str]) -> frozenset[str]:
    """Runs of two to four characters that stand together far more often than by chance.

    A word's weakest joint must bind: ln p(whole) / (p(left) · p(right)) for each way to cut it.
    """
    counts: Counter[str] = Counter()
    total = 0
    for sentence in sentences:
        for run in HAN.findall(sentence):
            total += len(run)
            for size in range(1, LONGEST + 1):
                counts.update(run[i : i + size] for i in range(len(run) - size + 1))

    def binds(word: str) -> bool:
        parts = (counts[word[:i]] * counts[word[i:]] for i in range(1, len(word)))
        return math.log(counts[word] * total / max(parts)) > TOGETHER

    return frozenset(w for w, n in counts.items() if len(w) > 1 and n >= RARE and binds(w))


def model_one(
    pairs: Sequence[tuple[list[str], list[str]]], rounds: int
) -> dict[str, dict[str, float]]:
    """t(target | source) by expectation maximisation; the source may also be NOTHING."""
    chances: dict[str, dict[str, float]] = defaultdict(dict)
    for source, target in pairs:
        for s in {*source, NOTHING}:
            chances[s].update(dict.fromkeys(target, 1.0))
    for _ in range(rounds):
        counts: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for source, target in pairs:
            rows = [(s, chances[s]) for s in [*source, NOTHING]]
            for t in target:
                total = sum(row[t] for _, row in rows)
                for s, row in rows:
                    counts[s][t] += row[t] / total
        for s, row_counts in counts.items():
            total = sum(row_counts.values())
            chances[s] = {t: count / total for t, count in row_counts.items()}
    return chances


def learn(pairs: Sequence[Pair], rounds: int = 6) -> Lexicon:
    """A lexicon from training pairs: for each word the partner that both directions believe in."""
    known = words_of(pair.chinese for pair in pairs)
    english, chinese = cut_into_words(pairs, known)
    spelled = spelling(pair.english for pair in pairs)
    there = model_one(list(zip(english, chinese, strict=True)), rounds)
    back = model_one(list(zip(chinese, english, strict=True)), rounds)
    to_en = best(back, there)
    to: dict[Language, dict[str, str]] = {
        "zh": best(there, back),
        "en": {word: spelled.get(out, out) for word, out in to_en.items()},
    }
    return Lexicon(to, known)


def cut_into_words(
    pairs: Sequence[Pair], known: frozenset[str]
) -> tuple[list[list[str]], list[list[str]]]:
    """Both sides of the pairs as words, English ones in lower case."""
    return (
        [[word.lower() for word in tokens(pair.english, "en", known)] for pair in pairs],
        [tokens(pair.chinese, "zh", known) for pair in pairs],
    )


def best(
    forward: dict[str, dict[str, float]], backward: dict[str, dict[str, float]]
) -> dict[str, str]:
    """For each word the partner with the largest product of both directions' chances."""
    return {
        word: max(row, key=lambda t: row[t] * backward.get(t, {}).get(word, 0.0))
        for word, row in forward.items()
        if word != NOTHING and row
    }


def spelling(sentences: Iterable[str]) -> dict[str, str]:
    """How a lower-cased word is mostly spelled where no sentence starts: tom → Tom."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for sentence in sentences:
        for word in TOKEN.findall(sentence)[1:]:
            counts[word.lower()][word] += 1
    return {low: found.most_common(1)[0][0] for low, found in counts.items()}
