"""The page of progress: empty at first, then what was answered and how guesses did."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lesson_core.learn import attempts, bank, words
from lesson_core.learn.catalogue import lesson
from lesson_core.learn.problems import shelf
from lesson_core.learn.quiz import CLOSE
from lesson_core.schema.answers import Answer, AnswerKind
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui.guess import Guess
from tests.app.test_evaluate import kept
from tests.app.test_pages import opened

PAGE = "pages/practice/progress.py"


def say(page: str, kind: AnswerKind, key: str, value: object) -> None:
    Store.open().answers.append(Answer(
        uuid=str(uuid.uuid4()), learner=LEARNER, page=page, kind=kind, key=key, value=value,
        created_at=datetime.now(UTC).isoformat(),
    ))  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_answers_and_guesses_are_counted(lang: str) -> None:
    asked = bank.every()[-1]
    say(asked.lesson, "review", asked.id, {"rating": 4})
    for close in (True, True, False):
        say("kv-cache", "guess", "scored", {"confidence": 90, "close": close, "factor": 1.1})
    app = opened(PAGE, lang)
    assert not app.exception
    said = "\n".join(text.value for text in app.markdown)
    name = bank.topics()[asked.topic]
    assert (name.zh if lang == "zh" else name.en) in said.replace("\\", "")
    line = next(row for row in said.splitlines() if row.startswith("| 90 %"))
    assert "%" in line.rsplit("|", 2)[1]


def test_a_guess_is_scored_once_when_its_measurement_is_there(tmp_path: Path) -> None:
    app = opened(lesson("evaluate").path, "en")
    app.session_state["evaluate.guess"] = Guess(10.0, 70)
    app.query_params["job"] = kept(tmp_path)
    app.run().run()
    assert not app.exception
    scored = [one for one in Store.open().answers.all(learner=LEARNER, page="evaluate")
              if one.key == "scored"]  # fmt: skip
    assert len(scored) == 1
    value = scored[0].value
    assert value["confidence"] == 70 and value["close"] == (value["factor"] <= CLOSE)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_solved_and_tried_problems_are_counted(lang: str) -> None:
    problem = shelf.IDS[-1]
    for passed in (False, True):
        value = attempts.value("x", passed=passed, mistake="", seed=1, tier="A", hints=0)
        say(attempts.PAGE, "attempt", problem, value)
    found = attempts.states(Store.open().answers.all(learner=LEARNER))
    assert found[problem] == "solved"
    states = list(found.values())
    app = opened(PAGE, lang)
    said = words.t(lang, "progress.problems", solved=states.count("solved"),
                   count=len(shelf.IDS), tried=states.count("tried"))  # fmt: skip
    assert said in [text.value for text in app.markdown]
