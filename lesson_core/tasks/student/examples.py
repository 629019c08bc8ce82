"""What the student learns from: a Chinese text, and the teacher's vector of the English one.

Besides the sentences themselves there are a few put one after the other: the pairs are short, and
a student that never saw a long text would not know the later positions. The teacher reads all of
it once, before the training; its vectors are kept in a file.
"""

import random
from collections.abc import Callable
from pathlib import Path
from typing import Literal, NamedTuple

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks.translate.pairs import Pair

MOST_JOINED = 6
AT_ONCE = 512


class Text(NamedTuple):
    """The same in both languages."""

    chinese: str
    english: str


def texts(pairs: list[Pair], joined: int, seed: int) -> list[Text]:
    """Every pair, then `joined` texts of 2 to 6 random ones."""
    draw = random.Random(seed)
    drawn = [draw.sample(pairs, draw.randint(2, MOST_JOINED)) for _ in range(joined)]
    return [
        *(Text(pair.chinese, pair.english) for pair in pairs),
        *(
            Text("".join(one.chinese for one in some), " ".join(one.english for one in some))
            for some in drawn
        ),
    ]


def taught(
    teacher: Callable[[], SentenceEncoder],
    given: list[Text],
    file: Path,
    over: Callable[[], bool],
    side: Literal["english", "chinese"] = "english",
) -> Tensor | None:
    """The teacher's vector of each text, of one `side` of it [N, d_model], kept in `file`.

    None if `over` said that the time is up before the last one; the next call goes on from there.
    """
    vectors = load_file(file)["vectors"] if file.exists() else torch.empty(0, 0)
    encoder = teacher() if len(vectors) < len(given) else None
    while encoder and len(vectors) < len(given):
        if over():
            return None
        some = [getattr(one, side) for one in given[len(vectors) : len(vectors) + AT_ONCE]]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            more = encoder.encode(some).vectors
        more = more.clone()  # outside inference mode: a training may use it
        vectors = torch.cat([vectors, more]) if len(vectors) else more
        part = file.with_suffix(".part")  # the file itself is still mapped into `vectors`
        save_file({"vectors": vectors}, part)
        part.replace(file)
    return vectors
