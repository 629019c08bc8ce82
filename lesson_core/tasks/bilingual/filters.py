"""What a generated text must look like before a small model may learn from it."""

import re
from collections import Counter

MIN_CHARS = 20
MAX_REPEATED = 0.25  # share of word triples that may be repeats of an earlier one
SENTENCE_END = re.compile(r"[.!?][\"'”’)]?(?=\s|$)")
UNWANTED = re.compile(
    r"SmolLM|Hugging ?Face|AI assistant|as an AI|language model named|\bsorry\b.{0,20}\bcannot\b|"
    r"https?:|```|[*#_|<>{}\\]|\[",
    re.IGNORECASE,
)


def repetition(text: str) -> float:
    """The share of word triples that occurred before in the same text, 0 for a short one."""
    words = text.lower().split()
    triples = Counter(zip(words, words[1:], words[2:], strict=False))
    total = sum(triples.values())
    return (total - len(triples)) / total if total else 0.0


def cut_to_sentence(text: str) -> str:
    """The text up to its last sentence end; empty if it has none."""
    ends = list(SENTENCE_END.finditer(text))
    return text[: ends[-1].end()].strip() if ends else ""


def plain_ascii(text: str) -> str:
    """Typographic quotes and dashes as the keyboard has them, runs of space as one."""
    for fancy, plain in (("’", "'"), ("‘", "'"), ("“", '"'), ("”", '"'), ("—", " - "), ("–", "-")):
        text = text.replace(fancy, plain)
    text = re.sub(r"[ \t]+", " ", text)
    return re.sub(r"\s*\n\s*", "\n", text).strip()


def usable(text: str, *, finished: bool) -> str | None:
    """The cleaned text, or None if nothing good is left of it.

    `finished` says that the model itself ended the text; otherwise it is cut back to its last
    whole sentence. Lists, markup, web addresses and talk about being an assistant are refused.
    """
    text = plain_ascii(text)
    if not finished or not SENTENCE_END.search(text[-3:]):
        text = cut_to_sentence(text)
    if len(text) < MIN_CHARS or repetition(text) > MAX_REPEATED:
        return None
    if UNWANTED.search(text) or not text.isascii() or re.search(r"^\s*(\d+\.|-)\s", text, re.M):
        return None
    return text
