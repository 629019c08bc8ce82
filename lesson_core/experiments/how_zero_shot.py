"""Job `how_zero_shot`: what of the teacher's ability its student carries into another language.

Events in order:

- `progress` {what: "load_model" | "embed"}, `code`.
- `data` {what: "row", key, right, n, low, high, expected}: a reader, again and again as it reads.
  The keys are `READERS`: the language of the sentences and who reads them.
- `result` {rows: {key: {right, n, low, high, expected}}, topics: {key: [share right per topic]},
  gained, lost: sentences that only the trained student has right, and only the untrained one,
  difference: the 95 % interval of what they make together, fixed: [{text, topic, said, glosses}],
  unread: share of [UNK] pieces to the teacher, split: {"plain" | "hard": a row of the student},
  names: {reader: loss of the Chinese topic names against the teacher's English ones}}.

Every class is described in English and lies where the teacher puts it. Raises
LabError("artefact_missing") without the encoder.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lesson_core.experiments import setting, zero_shot
from lesson_core.experiments.setting import Lab
from lesson_core.schema.events import Event
from lesson_core.schema.how_zero_shot import HowZeroShot
from lesson_core.tasks import zero_shot as nearest
from lesson_core.tasks.student import readers, start, train
from lesson_core.tasks.student.dictionary import Dictionary
from lesson_core.tasks.student.readers import Readers
from lesson_core.theory import shares
from lesson_core.theory.labelled_sentences import place, sentences, spread, topics
from lesson_core.theory.zero_shot import Answer, answer, lines

READERS = ("en.teacher", "zh.teacher", "zh.glosses", "zh.student")
FIXED = 8  # sentences shown

Answers = dict[str, list[Answer]]


def run(spec: HowZeroShot, lab: Lab) -> Iterator[Event]:
    """Every reader reads every sentence of its language."""
    yield setting.progress("load_model")
    found = readers.load()
    yield setting.code(Dictionary.vectors, start.begin, nearest.class_vectors, nearest.similarities)
    described = [lines(topic, "en", spec.wording) for topic in topics("en")]
    classes = nearest.class_vectors(found.teacher, described)
    answers: Answers = {key: [] for key in READERS}
    unread: list[bool] = []
    for key in READERS:
        lang, name = key.split(".")
        for some in zero_shot.batches(sentences(lang)):
            if lab.cancelled():
                return
            read = getattr(found, name).encode([sentence.text for sentence in some])
            near = nearest.similarities(read.vectors, classes)
            answers[key] += [answer(scores) for scores in near.tolist()]
            if key == "zh.teacher":
                unread += [piece == "[UNK]" for row in read.tokens for piece in row[1:-1]]
            detail = {"what": "row", "key": key, **zero_shot.row(key, answers[key])}
            yield Event(stage="data", detail=detail)
    yield Event(stage="result", detail={
        "rows": {key: zero_shot.row(key, answers[key]) for key in READERS},
        "topics": {key: by_topic(key, answers[key]) for key in READERS},
        "unread": sum(unread) / len(unread),
        "split": zero_shot.split("zh", answers["zh.student"]), "names": names_apart(found),
        **compared(found, answers["zh.glosses"], answers["zh.student"]),
    })  # fmt: skip


def by_topic(key: str, answers: Sequence[Answer]) -> list[float]:
    """The share of right answers of each topic."""
    lang = key.split(".")[0]
    right: list[list[bool]] = [[] for _ in topics(lang)]
    for one, is_right in zip(spread(sentences(lang)), zero_shot.hit(lang, answers), strict=True):
        right[place(one)].append(is_right)
    return [sum(some) / len(some) for some in right]


def compared(found: Readers, before: Sequence[Answer], after: Sequence[Answer]) -> dict[str, Any]:
    """The same sentences before and after: only those that changed tell of the training."""
    ordered, names = spread(sentences("zh")), [topic.id for topic in topics("zh")]
    old, new = zero_shot.hit("zh", before), zero_shot.hit("zh", after)
    gained = [i for i in range(len(ordered)) if new[i] and not old[i]]
    lost = sum(was and not now for was, now in zip(old, new, strict=True))
    fixed = sorted(gained, key=lambda i: -after[i].margin)[:FIXED]
    return {
        "gained": len(gained),
        "lost": lost,
        "difference": shares.paired(len(gained), lost, len(ordered)),
        "fixed": [
            {"text": ordered[i].text, "topic": ordered[i].topic, "said": names[before[i].best],
             "glosses": readers.glossed(found, ordered[i].text)}
            for i in fixed
        ],
    }  # fmt: skip


def names_apart(found: Readers) -> dict[str, float]:
    """The training's loss on what it never read: the names of the topics in both languages."""
    english, chinese = ([topic.name for topic in topics(lang)] for lang in ("en", "zh"))
    wanted = found.teacher.encode(english).vectors
    return {
        name: float(train.loss_of(getattr(found, name).encode(chinese).vectors, wanted))
        for name in ("teacher", "glosses", "student")
    }
