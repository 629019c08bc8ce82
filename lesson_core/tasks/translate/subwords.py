"""Sentences as subwords of one vocabulary for both languages, and back.

English words are cut by byte-pair encoding; every Chinese character is a token of its own, as
25,000 sentences are too few to learn Chinese words too. Names, digits and punctuation are shared.
A capital that only marks the start of a sentence is dropped before encoding and put back after
decoding, so that "The" and "the" are one word to learn. With `dropout`, merges are skipped at
random: the same sentence is cut differently each time, and a small corpus says more.
Source: Provilkov et al. 2020, arXiv:1910.13267.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, models, pre_tokenizers, trainers

from lesson_core.errors import LabError
from lesson_core.tasks.translate.pairs import Language, Pair, normalise, normalise_chinese
from lesson_core.text.bpe import clean

SPECIAL = ("<pad>", "<eos>", "<unk>", "<en>", "<zh>")
EOS, UNKNOWN = 1, 2
START: dict[Language, int] = {"en": 3, "zh": 4}
"""What the decoder begins with: the language it is to write."""

SPACE = "▁"
ALONE = Regex(rf"\p{{Han}}|[^\p{{L}}'{SPACE}]")  # no merge crosses these
FIRST = re.compile(r"(^\"?|[.?!]\"? )([A-Za-z][\w']*)")
LATIN = re.compile(r"(?<=[^\x00-\x7f ])([A-Za-z]+)")


class Subwords:
    """Text to ids and back. Make one with `Subwords.load(folder)` or `learn(pairs, size)`."""

    def __init__(self, library: Tokenizer, names: Iterable[str]) -> None:
        spec = json.loads(library.to_str())
        spec["added_tokens"] = []  # "<eos>" typed by a learner is text, never a control id
        self._library = Tokenizer.from_str(json.dumps(spec))
        self.names = frozenset(names)
        self.size: int = self._library.get_vocab_size()

    @classmethod
    def load(cls, folder: Path) -> "Subwords":
        """From `tokenizer.json` and `names.json`; LabError("model_files_missing")."""
        for name in ("tokenizer.json", "names.json"):
            if not (folder / name).exists():
                raise LabError("model_files_missing", file=name, folder=str(folder))
        names = json.loads((folder / "names.json").read_text("utf-8"))
        return cls(Tokenizer.from_file(str(folder / "tokenizer.json")), names)

    def save(self, folder: Path) -> None:
        """Write what `load` reads."""
        folder.mkdir(parents=True, exist_ok=True)
        self._library.model.dropout = None
        self._library.save(str(folder / "tokenizer.json"))
        names = json.dumps(sorted(self.names), ensure_ascii=False, indent=0)
        (folder / "names.json").write_text(names + "\n", encoding="utf-8")

    def encode(
        self, texts: Sequence[str], language: Language, dropout: float | None = None
    ) -> list[list[int]]:
        """Ids of each text, without start or end."""
        self._library.model.dropout = dropout
        prepared = [self.prepare(text, language) for text in texts]
        return [found.ids for found in self._library.encode_batch(prepared)]

    def decode(self, ids: Sequence[int], language: Language) -> str:
        """The text of ids; control ids and unknown characters leave no trace."""
        return joined(self.pieces(ids), language)

    def pieces(self, ids: Sequence[int]) -> list[str]:
        """Each id as it is spelled; a leading ▁ stands for a space. Control ids are empty."""
        return [self._library.id_to_token(i) or "" if i >= len(SPECIAL) else "" for i in ids]

    def prepare(self, text: str, language: Language) -> str:
        """The text as the library gets it: normalised, lower-cased at starts, spaced."""
        text = normalise(clean(text), language)
        if language == "en":
            return f" {decapitalise(text, self.names)}"
        return LATIN.sub(r" \1", text)


def joined(pieces: Sequence[str], language: Language) -> str:
    """Pieces as a sentence."""
    text = "".join(pieces).replace(SPACE, " ")
    return recapitalise(text.strip()) if language == "en" else normalise_chinese(text)


def learn(pairs: Sequence[Pair], size: int) -> Subwords:
    """A vocabulary of `size` tokens, and the names, from training pairs."""
    names = names_in([pair.english for pair in pairs])
    library = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN], fuse_unk=True))
    library.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(replacement=SPACE, prepend_scheme="never"),
            pre_tokenizers.Split(ALONE, behavior="isolated"),
        ]
    )
    subwords = Subwords(library, names)
    texts = [subwords.prepare(pair.english, "en") for pair in pairs]
    texts += [subwords.prepare(pair.chinese, "zh") for pair in pairs]
    counts = Counter(char for text in texts for char in text)
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        limit_alphabet=sum(count > 1 for count in counts.values()),
        show_progress=False,
    )
    library.train_from_iterator(texts, trainer)
    return Subwords(library, names)


def names_in(sentences: Iterable[str]) -> set[str]:
    """Words that are mostly capitalised where no sentence starts: Tom, Boston, I."""
    small: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for sentence in sentences:
        later = FIRST.sub(r"\1", sentence)
        for word in re.findall(r"[A-Za-z][\w']*", later):
            (capital if word[0].isupper() else small)[word.lower()] += 1
    return {word for word, count in capital.items() if count > small[word]}


def decapitalise(text: str, names: frozenset[str]) -> str:
    """A small letter at the start of sentences, unless a name stands there."""

    def lower(found: re.Match[str]) -> str:
        word = found[2]
        return found[1] + (word if word.lower() in names else word[0].lower() + word[1:])

    return FIRST.sub(lower, text)


def recapitalise(text: str) -> str:
    """A capital at the start of every sentence."""
    return FIRST.sub(lambda found: found[1] + found[2][0].upper() + found[2][1:], text)
