"""What can be wrong with a question, found by asking it; a fault is a sentence for its author."""

import importlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence

from lesson_core.errors import LabError
from lesson_core.learn import bank, content, quiz, words
from lesson_core.schema.question import Choice, Measured, Numeric, Open, Posed, Question, Said
from lesson_core.schema.specs import SPECS

SENSIBLE = {
    "": (0.01, 1e13), "%": (0.01, 100), "×": (0.01, 1e4), "$": (1e-3, 1e6), "bit": (0.5, 64),
    "B": (1, 1e15), "kB": (1e-3, 1e9), "KiB": (1e-3, 1e9), "MB": (1e-3, 1e7), "MiB": (1e-3, 1e7),
    "GB": (1e-3, 1e5), "GiB": (1e-3, 1e5), "TB": (1e-3, 1e5), "GB/s": (0.01, 1e6),
    "µs": (0.01, 1e7), "ms": (1e-3, 1e7), "s": (1e-4, 1e6), "min": (0.01, 1e5), "h": (1e-3, 1e5),
    "tok/s": (0.01, 1e7), "FLOP/B": (1e-3, 1e4), "FLOP/byte": (1e-3, 1e4),
    "GFLOP": (1e-3, 1e9), "TFLOP": (1e-3, 1e7), "TFLOP/s": (1e-3, 1e5), "GFLOP/s": (1e-3, 1e8),
}  # fmt: skip
"""What an answer in this unit can be without being absurd."""

WRITTEN = 20  # poses whose question and solution are written out
DIFFERENT = 4  # answers that a template has to come to, at least
DRAWN = 40  # poses among which they are looked for


def of(question: Question, poses: int) -> Iterator[str]:
    """The faults of one question; templates are posed `poses` times."""
    if question.topic not in bank.topics():
        yield f"no topic {question.topic}"
    yield from (f"no source {key}" for key in question.sources if key not in bank.sources())
    match question:
        case Choice():
            yield from _of_choice(question)
        case Numeric():
            yield from _of_template(question, poses)
        case Measured():
            yield from _of_measured(question)
        case Open():
            yield from _filled(question.id, question.ask, question.model, *question.rubric.values())


def of_bank(questions: Sequence[Question]) -> list[str]:
    """The faults of all questions together."""
    twice = [key for key, count in Counter(q.id for q in questions).items() if count > 1]
    return [f"{key}: there are two of this id" for key in twice]


def _of_choice(question: Choice) -> Iterator[str]:
    wrong = question.wrong.values()
    yield from _filled(question.id, question.ask, question.why, question.right)
    yield from _filled(question.id, *(text for w in wrong for text in (w.text, w.diagnosis)))
    for what, texts in (
        ("answers", [question.right, *(w.text for w in wrong)]),
        ("diagnoses", [w.diagnosis for w in wrong]),
    ):
        for lang in words.LANGUAGES:
            said = [getattr(text, lang).strip().lower() for text in texts]
            if len(set(said)) < len(said):
                yield f"two {what} are the same in {lang}"


def _of_measured(question: Measured) -> Iterator[str]:
    if question.job not in SPECS:
        yield f"no job {question.job}"
    if question.unit not in SENSIBLE:
        yield f"no bounds for the unit {question.unit!r}"
    for text in (question.ask, question.solution):
        if words.placeholders(text.en) != words.placeholders(text.zh):
            yield f"different placeholders: {text.en[:40]!r}"
    lesson, name = question.lesson.replace("-", "_"), question.name.replace("-", "_")
    try:
        module = importlib.import_module(f"lesson_core.learn.measured.{lesson}")
    except ModuleNotFoundError:
        module = None
    if not callable(getattr(module, name, None)):
        yield f"nobody reads its key: learn/measured/{lesson}.py has no function {name}"


def _of_template(question: Numeric, poses: int) -> Iterator[str]:
    answers = set()
    for seed in range(poses):
        try:
            posed = bank.pose(question, seed)
        except (ModuleNotFoundError, AttributeError) as problem:
            yield f"nobody poses it: {problem}"
            return
        if seed < DRAWN:
            answers.add(quiz.shown(posed.answer))
        faults = [*_of_key(posed), *(_of_words(posed) if seed < WRITTEN else ())]
        if faults:
            yield from (f"seed {seed}: {fault}" for fault in faults)
            return
    if poses >= DRAWN and len(answers) < DIFFERENT:
        yield f"only {len(answers)} different answers in {DRAWN} draws"


def _of_key(posed: Posed) -> Iterator[str]:
    """The key is finite, sensible, graded right as printed, and told from every slip."""
    if posed.unit not in SENSIBLE:
        yield f"no bounds for the unit {posed.unit!r}"
        return
    low, high = SENSIBLE[posed.unit]
    if not low <= posed.answer <= high:
        yield f"{posed.answer} {posed.unit} is absurd"
        return
    for name, value in posed.values.items():
        if isinstance(value, (int, float)) and not (math.isfinite(value) and value >= 0):
            yield f"{name} is {value}"
        if str(value).strip().lower() in ("nan", "inf", "-inf", "none"):
            yield f"{name} reads {value}"
    if not quiz.grade(posed, f"{quiz.shown(posed.answer)} {posed.unit}").correct:
        yield f"its own printed answer {quiz.shown(posed.answer)} {posed.unit} is graded wrong"
    for name, wrong in posed.slips.items():
        if not math.isfinite(wrong):
            yield f"the slip {name} is {wrong}"
        elif quiz.close(wrong, posed.answer, posed.rel_tol):
            yield f"the slip {name} ({wrong:g}) is graded right ({posed.answer:g})"


def _of_words(posed: Posed) -> Iterator[str]:
    """Posed again it is the same, and its question, solution and slips can be read."""
    if bank.pose(_numeric(posed), posed.seed) != posed:
        yield "posed twice it is not the same"
    for lang in words.LANGUAGES:
        try:
            content.card_ask(posed, lang)
            solution = content.card_solution(posed, lang)
        except KeyError as problem:
            yield str(problem)
            continue
        if quiz.shown(posed.answer) not in solution:
            yield f"its solution in {lang} does not come to the answer"
        for name in posed.slips:
            if f"cards.slips.{name}" not in words.keys(lang):
                yield f"no words for the slip {name} in {lang}"


def _numeric(posed: Posed) -> Numeric:
    found = bank.question(posed.id)
    assert isinstance(found, Numeric)
    return found


def _filled(where: str, *texts: Said) -> Iterator[str]:
    """Every placeholder is a figure that the lab computes, the same ones in both languages."""
    for text in texts:
        if words.placeholders(text.en) != words.placeholders(text.zh):
            yield f"different placeholders: {text.en[:40]!r}"
        for lang in words.LANGUAGES:
            try:
                content.said(text, lang, where)
            except (KeyError, LabError) as problem:
                yield str(problem)
