"""How well the bundled model translates sentences it has never seen, against looking words up.

`en_zh` and `zh_en`: bleu, chrf and their signatures of the model (beam search), greedy_bleu,
baseline_bleu (word by word, nearest word vectors: the idea that articles sketch), dictionary_bleu
(word by word, the best dictionary the training pairs give), and the model's bleu on the sentences
whose Chinese was not learned beside another English one either.

The test is every pair of the file whose English sentence the model's maker put aside, or that
another file brings: `seen.safetensors` lists what the model has seen.
"""

from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from lesson_core.artefacts.home import folder_of
from lesson_core.errors import LabError
from lesson_core.tasks.translate import pairs, scores
from lesson_core.tasks.translate.batches import other
from lesson_core.tasks.translate.pairs import Language, Pair
from lesson_core.tasks.translate.translator import FOLDER, Translator
from lesson_core.tasks.translate.word_by_word import Lexicon

BEAMS = 4


def measure(data: Path) -> dict[str, Any]:
    """The scores of both directions; LabError("data_missing", "artefact_missing")."""
    file, folder = data / "cmn_eng" / "cmn.txt", folder_of(FOLDER)
    if not file.exists():
        raise LabError("data_missing", file=str(file))
    if not (folder / "config.json").exists():
        raise LabError("artefact_missing", artefact=FOLDER)
    everything = pairs.read(file)
    test = unseen(everything, folder)
    put_aside = set(test)
    known = {pair.chinese for pair in everything if pair not in put_aside}
    model = Translator.load(folder)
    lexicons = {name: Lexicon.load(folder / f"{name}.json") for name in ("vectors", "dictionary")}
    directions: dict[str, Language] = {"en_zh": "zh", "zh_en": "en"}
    return {name: direction(model, lexicons, test, known, to) for name, to in directions.items()}


def unseen(found: list[Pair], folder: Path) -> list[Pair]:
    """The pairs whose English sentence the model has not learned from."""
    seen = set(load_file(folder / "seen.safetensors")["seen"].tolist())
    return [pair for pair in found if pairs.digest(pair.english) not in seen]


def direction(
    model: Translator,
    lexicons: dict[str, Lexicon],
    test: list[Pair],
    known: set[str],
    target: Language,
) -> dict[str, Any]:
    """All numbers of one direction."""
    sources = [pair.text(other(target)) for pair in test]
    wanted = [pair.text(target) for pair in test]
    written = model.many(sources, target, BEAMS)
    found = scores.score(written, wanted, target)
    new = [n for n, pair in enumerate(test) if pair.chinese not in known]
    apart = scores.score([written[n] for n in new], [wanted[n] for n in new], target)
    looked_up = {
        name: scores.score([lexicon.text(text, target) for text in sources], wanted, target)
        for name, lexicon in lexicons.items()
    }
    return {
        **found._asdict(),
        "beams": BEAMS,
        "greedy_bleu": scores.score(model.many(sources, target), wanted, target).bleu,
        "new_chinese": {"bleu": apart.bleu, "sentences": apart.sentences},
        "baseline_bleu": looked_up["vectors"].bleu,
        "baseline_chrf": looked_up["vectors"].chrf,
        "dictionary_bleu": looked_up["dictionary"].bleu,
        "dictionary_chrf": looked_up["dictionary"].chrf,
    }
