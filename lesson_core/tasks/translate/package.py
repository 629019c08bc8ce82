"""Put the trained model into `assets/models/translate-5m`, as the lab loads it.

    python -m lesson_core.tasks.translate.package --pairs cmn.txt
    python -m lesson_core.artefacts seal translate-5m

Weights (the running average) in bf16, vocabulary, both word-by-word lexicons, the names that the
licence of the sentence pairs asks for, and which English sentences were learned from or looked at,
so that whoever has other pairs can tell which of them are new to the model.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from lesson_core.artefacts.home import folder_of
from lesson_core.tasks.translate import by_vectors, checkpoint, pairs, word_by_word
from lesson_core.tasks.translate.subwords import Subwords
from lesson_core.tasks.translate.train import BUILD
from lesson_core.tasks.translate.trainer import shape_for
from lesson_core.tasks.translate.translator import FOLDER

LEXICONS = {"dictionary": word_by_word.learn, "vectors": by_vectors.learn}


def write_seen(found: list[pairs.Pair], path: Path) -> None:
    """The digests of English sentences outside the test, sorted, [n] uint32."""
    digests = {pairs.digest(p.english) for p in found if pairs.side(p.english) != "test"}
    save_file({"seen": torch.from_numpy(np.array(sorted(digests), dtype=np.uint32))}, path)
    path.chmod(0o644)


def write_attribution(found: list[pairs.Pair], path: Path) -> None:
    """The names that the licence of the sentence pairs asks for."""
    names = sorted({name for pair in found for name in pair.authors}, key=str.lower)
    path.write_text(
        "Sentence pairs: Tatoeba (https://tatoeba.org), CC BY 2.0 FR, as packed by manythings.org;"
        " converted to simplified Chinese and used as training text.\n"
        "Contributors: " + ", ".join(names) + "\n",
        encoding="utf-8",
    )


def package(build: Path, found: list[pairs.Pair], folder: Path, dtype: torch.dtype) -> None:
    """Write every file of the bundled folder."""
    cut = Subwords.load(build)
    cut.save(folder)
    weights = checkpoint.averaged(build / "state.safetensors")
    checkpoint.export(weights, shape_for(cut.size, 0.0), folder, dtype)
    train = pairs.on_side(found, "train")
    for name, learn in LEXICONS.items():
        made = build / f"{name}.json"
        if not made.exists():
            learn(train).save(made)
        shutil.copyfile(made, folder / made.name)
    write_seen(found, folder / "seen.safetensors")
    write_attribution(found, folder / "ATTRIBUTION.txt")


def main() -> None:
    """Read the options and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--build", type=Path, default=BUILD)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--precision", choices=["float32", "bfloat16"], default="bfloat16")
    options = parser.parse_args()
    folder = options.folder or folder_of(FOLDER)
    package(options.build, pairs.read(options.pairs), folder, getattr(torch, options.precision))
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(json.dumps({"folder": str(folder), "bytes": size}))  # noqa: T201


if __name__ == "__main__":
    main()
