"""Word vectors against people: GloVe, 100 dimensions, read through gensim.

`wordsim353`, `simlex999`: Spearman correlation with people's judgements of likeness; pairs with an
unknown word are left out and counted. `analogies`: Google's questions, the share answered right
among those whose four words are known (`covered` of all); all words may be answered.
"""

from pathlib import Path
from typing import Any

from lesson_core.artefacts import manifest
from lesson_core.artefacts.registry import WORD_VECTORS
from lesson_core.errors import LabError
from lesson_core.tasks import analogies, vectors

BAR = 0.50


def measure(data: Path) -> dict[str, Any]:
    """The numbers above; LabError("data_missing" or "artefact_missing")."""
    folder = data / "word_eval"
    if not (folder / "wordsim353.tsv").exists():
        raise LabError("data_missing", file=str(folder / "wordsim353.tsv"))
    glove = vectors.load(manifest.checked_folder(WORD_VECTORS))
    found: dict[str, Any] = {"dimensions": glove.vector_size, "words": len(glove.index_to_key)}
    for name, file in (("wordsim353", "wordsim353.tsv"), ("simlex999", "simlex999.txt")):
        _, spearman, missing = glove.evaluate_word_pairs(str(folder / file), case_insensitive=True)
        found[name] = round(float(spearman[0]), 4)
        found[f"{name}_missing"] = round(float(missing) / 100, 4)
    told = analogies.told(glove, (folder / "questions-words.txt").read_text("utf-8").splitlines())
    found["analogies"] = round(told.right / told.covered, 4)
    found["analogies_covered"] = round(told.covered / told.asked, 4)
    return {**found, "bar": BAR, "passed": found["wordsim353"] >= BAR}
