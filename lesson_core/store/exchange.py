"""Everything a learner said, as one JSON file: to take along, to keep, to put together.

    {"format": "llm-speed-lab", "version": 1, "answers": [{…}], "settings": {…}}

Reading it in adds what is not there yet, by the uuid of each answer: the same file twice, or the
files of two machines in any order, end in the same answers.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lesson_core.errors import LabError
from lesson_core.schema.answers import Answer
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.store.database import Store

FORMAT, VERSION = "llm-speed-lab", 1
LONGEST = 64 * 2**20  # bytes of a file that is read in


@dataclass(frozen=True, kw_only=True)
class Exchanged:
    """What a file holds."""

    answers: tuple[Answer, ...]
    settings: dict[str, Any]


def export(store: Store, learner: str) -> str:
    """The learner's answers and settings as JSON, ASCII, a line per answer."""
    answers = [json.dumps(to_plain(one)) for one in store.answers.all(learner=learner)]
    head = json.dumps({"format": FORMAT, "version": VERSION})[:-1]
    settings = json.dumps(store.settings.all(learner=learner))
    lines = ",\n".join(answers)
    return f'{head}, "settings": {settings}, "answers": [\n{lines}\n]}}\n'


def read(raw: bytes) -> Exchanged:
    """What `export` wrote. LabError: "import_too_big", "import_not_ours", "import_newer", and
    "import_answer" with the number of the first answer that is not one.
    """
    if len(raw) > LONGEST:
        raise LabError("import_too_big", megabytes=round(len(raw) / 1e6), most=LONGEST // 2**20)
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise LabError("import_not_ours") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise LabError("import_not_ours")
    if found.get("version") != VERSION:
        raise LabError("import_newer", found=str(found.get("version"))[:20], supported=VERSION)
    rows, settings = found.get("answers"), found.get("settings", {})
    if not isinstance(rows, list) or not isinstance(settings, dict):
        raise LabError("import_not_ours")
    return Exchanged(answers=tuple(map(_answer, range(1, len(rows) + 1), rows)), settings=settings)


def merge(store: Store, exchanged: Exchanged, learner: str) -> int:
    """Add what is not there yet, as this learner's; how many answers were new.

    A setting that is there already stays.
    """
    known = store.settings.all(learner=learner)
    for key, value in exchanged.settings.items():
        if key not in known:
            store.settings.set(key, value, learner=learner)
    return store.answers.extend(exchanged.answers, learner=learner)


def _answer(number: int, row: Any) -> Answer:
    try:
        answer: Answer = from_plain(Answer, row)
        if datetime.fromisoformat(answer.created_at).tzinfo is None:
            raise ValueError(answer.created_at)
    except (TypeError, ValueError, KeyError, LabError):
        raise LabError("import_answer", number=number) from None
    return answer
