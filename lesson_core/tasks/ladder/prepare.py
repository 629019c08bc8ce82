"""Put the ladder's text together and write it as token ids.

    python -m lesson_core.tasks.ladder.prepare --build build/ladder --pairs cmn.txt

The tokenizer is that of `bilingual-4m`, made from text of the same sources. Four requests of a
hundred are held out with all their answers, and sentence pairs by a hash of the English sentence,
so nothing held out was trained on in another wording. The short questions come again and again
with other answers, so those are trained on only.
"""

import argparse
import json
import random
import sys
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from tokenizers import Tokenizer

from lesson_core.tasks.bilingual import packing, pairs
from lesson_core.tasks.bilingual.prepare import FOLDER as TOKENIZER_FROM
from lesson_core.tasks.bilingual.prepare import Labelled, encode, from_pairs
from lesson_core.tasks.ladder import prompts
from lesson_core.tasks.ladder.text import BUILD, SEED

REPEATED = ("question", "because", "fact", "story")
ENGLISH_ROUNDS = 1  # how often each generated text appears
CHINESE_ROUNDS = 1  # how often each Chinese sentence appears alone, beside its pair


def is_held_out(key: str) -> bool:
    """Whether this belongs to the 4 % that are never trained on."""
    return zlib.crc32(key.encode()) % 25 == 0


def kept(path: Path) -> Iterator[tuple[int, str]]:
    """Number and text of every answer that passed the filters, each text once."""
    seen = set[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.endswith("}"):
            continue  # cut off
        written = json.loads(line)
        number, text = int(written["n"]), written["text"]
        if text is not None and text not in seen:
            seen.add(text)
            yield number, text


def by_request(answers: Iterable[tuple[int, str]], seed: int) -> tuple[list[str], list[str]]:
    """The texts to train on, and those held out."""
    train, held = list[str](), list[str]()
    for number, text in answers:
        prompt = prompts.numbered(seed, number)
        out = prompt.kind not in REPEATED and is_held_out(prompt.ask + prompt.lead)
        (held if out else train).append(text)
    return train, held


def older(paths: list[Path]) -> list[str]:
    """The texts written for `bilingual-4m`, of the same model: to train on."""
    lines = [line for path in paths for line in path.read_text(encoding="utf-8").splitlines()]
    return [json.loads(line)["text"] for line in lines if line.endswith("}")]


def assemble(
    train: list[str], held: list[str], found: list[pairs.Pair], seed: int
) -> tuple[list[Labelled], list[Labelled]]:
    """English texts and sentence pairs as documents: to train on, and held out."""
    rng = random.Random(seed)
    unknown = set(held)
    learnt = [("en", text) for text in dict.fromkeys(train) if text not in unknown]
    seen = [pair for pair in found if not is_held_out(pair.english)]
    known = {pair.chinese for pair in seen}
    unseen = [p for p in found if is_held_out(p.english) and p.chinese not in known]
    return (
        [*learnt * ENGLISH_ROUNDS, *from_pairs(seen, rng, CHINESE_ROUNDS)],
        [*(("en", text) for text in held), *from_pairs(unseen, rng, 1)],
    )


def counted(documents: packing.Documents) -> dict[str, dict[str, int]]:
    """Documents, tokens and bytes of each language."""
    lengths = documents.starts[1:] - documents.starts[:-1]
    out = {}
    for code, language in enumerate(packing.LANGUAGES):
        chosen = documents.language == code
        out[language] = {
            "documents": int(chosen.sum()),
            "tokens": int(lengths[chosen].sum()),
            "bytes": int(documents.bytes[chosen].sum()),
        }
    return out


def main() -> None:
    """Read the options, write the token ids and what they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--older", type=Path, nargs="*", default=[])
    parser.add_argument("--seed", type=int, default=SEED)
    options = parser.parse_args()
    tokenizer = Tokenizer.from_file(str(TOKENIZER_FROM / "tokenizer.json"))
    train, held = by_request(kept(options.build / "written.jsonl"), options.seed)
    found = pairs.read(options.pairs)
    parts = assemble(train + older(options.older), held, found, options.seed)
    report = {}
    for name, texts in zip(("train", "held"), parts, strict=True):
        documents = encode(tokenizer, texts)
        documents.save(options.build / f"{name}.safetensors")
        report[name] = counted(documents)
    (options.build / "text.json").write_text(json.dumps(report, indent=2) + "\n")
    sys.stdout.write(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
