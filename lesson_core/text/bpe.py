"""Byte-level byte-pair encoding (BPE), small enough to read whole.

Start from bytes, then glue the pair of neighbours that was learned first, again and again.
Training learns the pairs: the most frequent one is minted as a new token, until the vocabulary
is as large as wanted. Source: Sennrich et al. 2016, arXiv:1508.07909; the split into words is
GPT-2's.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

Pair = tuple[int, int]


def _stand_ins() -> dict[str, int]:
    """GPT-2's printable stand-in for every byte: itself where printable, else U+0100 onwards."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [byte for byte in range(256) if byte not in printable]
    return {chr(b): b for b in printable} | {chr(256 + i): b for i, b in enumerate(hidden)}


BYTE_OF = _stand_ins()
"""Stand-in character → byte: BYTE_OF["Ġ"] is 32, the space."""

CONTRACTION = re.compile("'(?:s|t|re|ve|m|ll|d)")
WORD = re.compile(r" ?L+| ?N+| ?O+|[ S]+(?![^ S])|[ S]+")
"""GPT-2's pattern, over kinds of characters: Letter, Number, Space, Other."""


def split_words(text: str) -> Iterator[str]:
    """Cut text where no merge may cross: split_words("I'm 42, ok") → I · 'm · ␣42 · , · ␣ok."""
    kinds = "".join(map(_kind, text))
    start = 0
    while start < len(text):
        found = CONTRACTION.match(text, start) or WORD.match(kinds, start)
        assert found  # every kind begins some word
        yield text[start : found.end()]
        start = found.end()


def _kind(char: str) -> str:
    if char == " ":
        return " "
    if char.isspace() and not "\x1c" <= char <= "\x1f":  # Python counts these as space, Unicode not
        return "S"
    category = unicodedata.category(char)[0]
    return category if category in "LN" else "O"


def merge(ids: list[int], pair: Pair, new_id: int) -> list[int]:
    """Glue each `pair`: merge([1, 2, 3, 1, 2], (1, 2), 4) → [4, 3, 4]."""
    merged: list[int] = []
    i = 0
    while i < len(ids):
        if tuple(ids[i : i + 2]) == pair:
            merged.append(new_id)
            i += 2
        else:
            merged.append(ids[i])
            i += 1
    return merged


@dataclass(frozen=True)
class MergeStep:
    """The text after one merge; the first step has no pair: bytes only."""

    tokens: tuple[bytes, ...]
    pair: tuple[bytes, bytes] | None = None


@dataclass(frozen=True)
class BPE:
    """A trained vocabulary. `merges` in the order learned; `byte_ids[b]` is the id of byte b."""

    merges: dict[Pair, int]
    byte_ids: tuple[int, ...] = tuple(range(256))

    @cached_property
    def vocab(self) -> dict[int, bytes]:
        """Token id → the bytes it stands for."""
        vocab = {token_id: bytes([byte]) for byte, token_id in enumerate(self.byte_ids)}
        for (left, right), new_id in self.merges.items():
            vocab[new_id] = vocab[left] + vocab[right]
        return vocab

    @cached_property
    def rank(self) -> dict[Pair, int]:
        """Pair → how early it was learned; earlier merges go first."""
        return {pair: rank for rank, pair in enumerate(self.merges)}

    def encode(self, text: str) -> list[int]:
        """Token ids of `text`; lone surrogates are encoded as U+FFFD."""
        return [token_id for word in split_words(text) for token_id in self._encode_word(word)]

    def decode(self, ids: Iterable[int]) -> str:
        """The text of `ids`; bytes that are not UTF-8 become U+FFFD."""
        return b"".join(self.vocab[token_id] for token_id in ids).decode("utf-8", "replace")

    def merge_steps(self, text: str) -> Iterator[MergeStep]:
        """The whole text after each merge, from single bytes to the final tokens."""
        words = [self._bytes(word) for word in split_words(text)]
        yield self._step(words)
        while pair := self._earliest(words):
            words = [merge(ids, pair, self.merges[pair]) for ids in words]
            yield self._step(words, pair)

    def _encode_word(self, word: str) -> list[int]:
        ids = self._bytes(word)
        while pair := self._earliest([ids]):
            ids = merge(ids, pair, self.merges[pair])
        return ids

    def _earliest(self, words: list[list[int]]) -> Pair | None:
        """The neighbours that were learned first, if any were learned at all."""
        known = {pair for ids in words for pair in pairwise(ids)} & self.rank.keys()
        return min(known, key=self.rank.__getitem__, default=None)

    def _bytes(self, word: str) -> list[int]:
        return [self.byte_ids[byte] for byte in clean(word).encode()]

    def _step(self, words: list[list[int]], pair: Pair | None = None) -> MergeStep:
        tokens = tuple(self.vocab[token_id] for ids in words for token_id in ids)
        return MergeStep(tokens, (self.vocab[pair[0]], self.vocab[pair[1]]) if pair else None)


def clean(text: str) -> str:
    """Lone surrogates, which no UTF-8 can hold, as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def train(text: str, vocab_size: int) -> BPE:
    """Learn merges from `text` until there are `vocab_size` tokens, or no pair is left."""
    counts = Counter(split_words(clean(text)))
    words = {word: list(word.encode()) for word in counts}
    merges: dict[Pair, int] = {}
    while 256 + len(merges) < vocab_size:
        pairs: Counter[Pair] = Counter()
        for word, ids in words.items():
            for pair in pairwise(ids):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best = max(pairs, key=lambda pair: (pairs[pair], pair))  # ties: the same on every run
        merges[best] = 256 + len(merges)
        words = {word: merge(ids, best, merges[best]) for word, ids in words.items()}
    return BPE(merges)
