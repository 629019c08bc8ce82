"""What each part of the student's making brings: its pieces, and the teacher it listened to.

    python -m lesson_core.tasks.student.contributions --data DIR random=build/other ...

One row per name: how many of the lab's Chinese sentences are right, and the accuracy on the test
part of SIB-200. A name is what the page knows the row by: `random` (as that training began),
`random_english`, `glosses_chinese`, `glosses_english` (what the teacher read); `glosses` and
`shipped` are the bundled ones. The result is `assets/recorded/chinese_student.json`.
"""

import argparse
import json
from pathlib import Path
from typing import Any

from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor

from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.model.encoder import Encoder
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks import zero_shot
from lesson_core.tasks.student import readers, score, start, train
from lesson_core.theory.labelled_sentences import place, sentences, topics
from lesson_core.theory.zero_shot import lines

FILE = REPOSITORY / "assets" / "recorded" / "chinese_student.json"
BEGUN = "random"


def student(folder: Path, begun: bool) -> tuple[SentenceEncoder, int]:
    """The student in `folder`, as it began or as far as it is, and its steps of training."""
    weights: dict[str, Tensor] = load_file(folder / "begun.safetensors")
    steps = 0
    if not begun:
        state = load_file(folder / "state.safetensors")
        weights = {name: state[f"weight.{name}"] for name in weights}
        steps = int(state["done.step"])
    model = Encoder(start.shape(weights))
    model.load_state_dict({name: weight.clone() for name, weight in weights.items()})
    cut = Tokenizer.from_file(str(folder / "tokenizer.json"))
    return SentenceEncoder(model.requires_grad_(False).eval(), cut), steps


def row(reader: SentenceEncoder, teacher: SentenceEncoder, data: Path) -> dict[str, Any]:
    """Its answers on both labelled sets; the classes are described in English."""
    given = sentences("zh")
    classes = zero_shot.class_vectors(
        teacher, [lines(one, "en", "described") for one in topics("en")]
    )
    read = reader.encode([one.text for one in given]).vectors
    said = zero_shot.similarities(read, classes).argmax(dim=1).tolist()
    right = sum(int(i) == place(one) for i, one in zip(said, given, strict=True))
    sib = score.sib_accuracy(reader, teacher, data)
    return {"right": right, "n": len(given), "sib200_zh": round(sib, 4)}


def main() -> None:
    """Score the bundled student and every named folder, and write the file."""
    parser = argparse.ArgumentParser(prog="python -m lesson_core.tasks.student.contributions")
    parser.add_argument("--data", type=Path, required=True, help="the folder with sib200")
    parser.add_argument("--steps", type=int, default=train.STEPS, help="of the bundled student")
    parser.add_argument("rows", nargs="+", help="name=folder")
    options = parser.parse_args()
    bundled = readers.load()
    made = {"glosses": (bundled.glosses, 0), "shipped": (bundled.student, options.steps)}
    for given in options.rows:
        name, _, folder = given.partition("=")
        made[name] = student(Path(folder), name == BEGUN)
    found = {
        name: row(reader, bundled.teacher, options.data) | {"steps": steps}
        for name, (reader, steps) in made.items()
    }
    told = {"batch": train.BATCH, "rows": found}
    FILE.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
