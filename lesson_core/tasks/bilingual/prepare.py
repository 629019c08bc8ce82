"""Put the training text together, train the tokenizer on it, and write both as token ids.

    python -m lesson_core.tasks.bilingual.prepare --pairs ../shared/data/cmn_eng/cmn.txt

Two documents of a hundred are held out: generated texts by a hash of the text, sentence pairs by
a hash of the English sentence, so no held-out sentence is trained on in another translation. What
the project wrote itself repeats its own phrases and is not held out.
"""

import argparse
import json
import random
import sys
import zlib
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, pre_tokenizers
from tokenizers.models import BPE
from tokenizers.trainers import BpeTrainer

from lesson_core.tasks.bilingual import packing, pairs, paragraphs_zh, questions_en, questions_zh
from lesson_core.tasks.bilingual.corpus import OUT as GENERATED

BUILD = Path("build/bilingual")
FOLDER = Path("assets/models/bilingual-4m")
END = "<|endoftext|>"
VOCAB = 4096
CHINESE_ROUNDS = 2  # how often each Chinese sentence appears, grouped differently each time
ENGLISH_ROUNDS = 3  # how often each generated text appears
OWN_ROUNDS = 6
OWN_PARAGRAPHS = 5000

Labelled = tuple[str, str]  # language, text


def is_held_out(key: str) -> bool:
    """Whether this document belongs to the 2 % that are never trained on."""
    return zlib.crc32(key.encode()) % 50 == 0


def generated(paths: list[Path]) -> list[Labelled]:
    """The texts that the default model wrote, each once."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    texts = dict.fromkeys(json.loads(line)["text"] for line in lines if line.endswith("}"))
    return [("en", text) for text in texts]


def from_pairs(part: list[pairs.Pair], rng: random.Random, rounds: int) -> list[Labelled]:
    """Translations, and Chinese alone."""
    sentences = list(dict.fromkeys(pair.chinese for pair in part))
    out = [("pair", text) for text in pairs.translations(part, rng)]
    for _ in range(rounds):
        out += [("zh", text) for text in pairs.topics(sentences, rng)]
    return out


def own(rng: random.Random) -> list[Labelled]:
    """What the project wrote itself, in both languages."""
    chinese = questions_zh.questions() * OWN_ROUNDS
    chinese += sorted({paragraphs_zh.paragraph(rng) for _ in range(OWN_PARAGRAPHS)})
    english = questions_en.questions() * OWN_ROUNDS
    return [("zh", text) for text in chinese] + [("en", text) for text in english]


def assemble(
    paths: list[Path], found: list[pairs.Pair], seed: int
) -> tuple[list[Labelled], list[Labelled]]:
    """All documents: to train on, and held out."""
    rng = random.Random(seed)
    texts = generated(paths)
    train = [item for item in texts if not is_held_out(item[1])] * ENGLISH_ROUNDS
    held = [item for item in texts if is_held_out(item[1])]
    seen = [pair for pair in found if not is_held_out(pair.english)]
    train += from_pairs(seen, rng, CHINESE_ROUNDS) + own(rng)
    known = {pair.chinese for pair in seen}
    unseen = [p for p in found if is_held_out(p.english) and p.chinese not in known]
    held += from_pairs(unseen, rng, 1)
    return train, held


def train_tokenizer(texts: list[str], size: int) -> Tokenizer:
    """A byte-level BPE: any text can be written, digits stay single, tokens stay short."""
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
        pre_tokenizers.Digits(individual_digits=True),
        pre_tokenizers.Split(Regex(r"[\u4e00-\u9fff]+"), "isolated"),
        pre_tokenizers.ByteLevel(add_prefix_space=False),
    ])  # fmt: skip
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = BpeTrainer(
        vocab_size=size,
        special_tokens=[END],
        initial_alphabet=alphabet,
        max_token_length=12,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[Labelled]) -> packing.Documents:
    """Token ids of every document, each closed by the end-of-text token."""
    end = int(tokenizer.token_to_id(END) or 0)  # it is the first of the vocabulary
    encoded = tokenizer.encode_batch([text for _, text in texts])
    return packing.gather([
        (language, [*ids.ids, end], len(text.encode()))
        for (language, text), ids in zip(texts, encoded, strict=True)
    ])  # fmt: skip


def write_attribution(found: list[pairs.Pair], path: Path) -> None:
    """The names that the licence of the sentence pairs asks for."""
    names = sorted({name for pair in found for name in pair.authors}, key=str.lower)
    path.write_text(
        "Sentence pairs: Tatoeba (https://tatoeba.org), CC BY 2.0 FR, as packed by manythings.org;"
        " converted to simplified Chinese, regrouped and used as training text.\n"
        "Contributors: " + ", ".join(names) + "\n",
        encoding="utf-8",
    )


def main() -> None:
    """Read the options, write the tokenizer and the token ids."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--generated", type=Path, nargs="+", default=[GENERATED])
    parser.add_argument("--keep-tokenizer", action="store_true")
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for folder in (options.build, options.folder):
        folder.mkdir(parents=True, exist_ok=True)
    found = pairs.read(options.pairs)
    train, held = assemble(options.generated, found, options.seed)
    if options.keep_tokenizer:
        tokenizer = Tokenizer.from_file(str(options.folder / "tokenizer.json"))
    else:
        each_once = {text: None for language, text in train if language != "zh"}
        tokenizer = train_tokenizer([*each_once, *questions_zh.questions()], VOCAB)
        tokenizer.save(str(options.folder / "tokenizer.json"))
    write_attribution(found, options.folder / "ATTRIBUTION.txt")
    for name, texts in (("train", train), ("held", held)):
        documents = encode(tokenizer, texts)
        documents.save(options.build / f"{name}.safetensors")
        for code, language in enumerate(packing.LANGUAGES):
            chosen = documents.language == code
            tokens = int((documents.starts[1:] - documents.starts[:-1])[chosen].sum())
            size = int(documents.bytes[chosen].sum())
            sys.stdout.write(
                f"{name} {language}: {chosen.sum()} documents, {tokens} tokens, {size} bytes\n"
            )


if __name__ == "__main__":
    main()
