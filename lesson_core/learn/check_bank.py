"""`python -m lesson_core.learn.check_bank`: counts the bank and recomputes every key.

The last line is JSON: total, by_kind, by_topic, by_lesson, without (topics that nobody asks about),
failures. The exit status is 1 where there are failures.
"""

import json
import sys
from collections import Counter

from lesson_core.learn import bank, bank_faults, words
from lesson_core.schema.question import KINDS, Question

POSES = 1000


def kind_of(question: Question) -> str:
    """The name of its kind, as the files write it."""
    return next(name for name, kind in KINDS.items() if isinstance(question, kind))


def main(poses: int = POSES) -> int:
    """Print the counts and the faults; 0 where there are no faults."""
    questions = bank.every()
    faults = [f"{q.id}: {fault}" for q in questions for fault in bank_faults.of(q, poses)]
    faults += bank_faults.of_bank(questions)
    by_kind = Counter(kind_of(q) for q in questions)
    by_topic = Counter(q.topic for q in questions)
    by_lesson = Counter(q.lesson for q in questions)
    lines = [f"{name:24}{count:5}" for name, count in [*by_kind.items(), *by_lesson.items()]]
    lines += [f"{lang:24}{len(questions):5}" for lang in words.LANGUAGES]
    summary = {
        "total": len(questions),
        "by_kind": dict(by_kind),
        "by_topic": {topic: by_topic[topic] for topic in bank.topics()},
        "by_lesson": dict(by_lesson),
        "without": [topic for topic in bank.topics() if not by_topic[topic]],
        "failures": len(faults),
    }
    sys.stdout.write("\n".join([*lines, *faults, json.dumps(summary)]) + "\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
