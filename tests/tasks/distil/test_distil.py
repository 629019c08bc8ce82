"""Students side by side: equal starts, equal steps, and what the teacher is good for."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.tasks.distil import compare, prepare, train
from lesson_core.tasks.distil.text import FOLDER, Text
from lesson_core.tasks.distil.train import Settings
from lesson_core.tasks.ladder import prompts
from tests.tasks.distil import toy

SETTINGS = Settings(rung=toy.TINY, steps=30)


@pytest.fixture(scope="module")
def teacher() -> Transformer:
    return toy.teacher()


def weights_of(student: train.Student) -> torch.Tensor:
    return torch.cat([weight.flatten() for weight in student.model.parameters()])


def test_all_students_begin_alike_and_read_the_same(teacher: Transformer) -> None:
    plain, soft, written = train.students(toy.text(), SETTINGS, "cpu")
    assert torch.equal(weights_of(plain), weights_of(soft))
    assert torch.equal(weights_of(plain), weights_of(written))
    for _ in range(3):
        rows = [next(one.rows) for one in (plain, soft, written)]
        assert torch.equal(rows[0], rows[1])
        assert not torch.equal(rows[0], rows[2])
    other = train.students(toy.text(), dataclasses.replace(SETTINGS, seed=2), "cpu")[0]
    assert not torch.equal(weights_of(other), weights_of(plain))


def test_company_changes_nothing(teacher: Transformer) -> None:
    """A student alone ends with the weights that it has beside the others."""
    short = dataclasses.replace(SETTINGS, steps=5)
    *_, (steps, all_three) = train.learn(teacher, toy.text(), short)
    assert steps == 5
    for place, arm in enumerate(train.ARMS):
        alone = dataclasses.replace(short, arms=(arm,))
        *_, (_, [one]) = train.learn(teacher, toy.text(), alone)
        assert torch.equal(weights_of(one), weights_of(all_three[place]))


def test_without_soft_labels_it_is_plain_training(teacher: Transformer) -> None:
    nothing = dataclasses.replace(SETTINGS, steps=5, weight=0.0, arms=("plain", "soft"))
    *_, (_, [plain, soft]) = train.learn(teacher, toy.text(), nothing)
    torch.testing.assert_close(weights_of(plain), weights_of(soft))
    everything = dataclasses.replace(nothing, weight=1.0)
    *_, (_, [plain, soft]) = train.learn(teacher, toy.text(), everything)
    assert not torch.allclose(weights_of(plain), weights_of(soft))


def test_a_student_comes_nearer_to_its_teacher_than_one_without(teacher: Transformer) -> None:
    text = toy.text()
    everything = dataclasses.replace(SETTINGS, weight=1.0, temperature=1.0)
    found = compare.compare(teacher, text, everything)
    json.dumps(found)
    arms = found["arms"]
    assert arms["soft"]["kl"] < arms["plain"]["kl"]
    assert [step for step, _ in arms["plain"]["curve"]] == [3, 7, 11, 15, 18, 22, 26, 30]
    assert arms["plain"]["curve"][-1][1] < arms["plain"]["curve"][0][1]
    assert compare.loss_on(teacher, text.held) < arms["soft"]["loss"]


def test_the_same_seed_gives_the_same_numbers(teacher: Transformer) -> None:
    short = dataclasses.replace(SETTINGS, steps=8)
    runs = [compare.compare(teacher, toy.text(), short)["arms"] for _ in range(2)]
    assert runs[0] == runs[1]


def test_nearness_is_that_of_each_text_alone(teacher: Transformer) -> None:
    """Padding counts for nothing: the slow twin reads one text at a time."""
    student = train.students(toy.text(), SETTINGS, "cpu")[0].model
    held, apart, same, tokens = toy.documents(9, 8), 0.0, 0, 0
    for i in range(len(held)):
        ids = torch.from_numpy(held.document(i).astype(np.int64))[None, :-1]
        with torch.no_grad():
            laws = [torch.softmax(one(ids, NoCache())[0], -1) for one in (teacher, student)]
        apart += float((laws[0] * (laws[0] / laws[1]).log()).sum())
        same += int((laws[0].argmax(-1) == laws[1].argmax(-1)).sum())
        tokens += ids.shape[1]
    found = compare.beside(student, teacher, held)
    assert found["kl"] == pytest.approx(apart / tokens, rel=1e-4)
    assert found["same"] == pytest.approx(same / tokens)
    own = compare.beside(teacher, teacher, held)
    assert own == {"kl": pytest.approx(0, abs=1e-6), "same": 1.0}


def test_a_run_by_the_clock_ends_with_its_time(teacher: Transformer) -> None:
    *_, (steps, _) = train.learn(teacher, toy.text(), SETTINGS, lambda step: step / 4)
    assert steps == 4


def test_answers_to_one_request_stay_together() -> None:
    numbers = [n for n in range(400) if prompts.numbered(prepare.SEED, n).kind in prepare.REPEATED]
    answers = [(n, f"text {n}") for n in numbers]
    parts = prepare.divided(answers, known={f"text {numbers[0]}"})
    assert sum(map(len, parts.values())) == len(numbers) - 1
    asked = {
        name: {prompts.numbered(prepare.SEED, int(text.split()[1])).ask for text in part}
        for name, part in parts.items()
    }
    assert asked["train"] and not asked["train"] & (asked["check"] | asked["held"])
    assert not asked["check"] & asked["held"]


def test_the_teacher_writes_as_much_as_there_was(teacher: Transformer) -> None:
    train_on = toy.documents(12, 6)
    written = prepare.by_teacher(teacher, train_on, seed=1)
    assert len(written.ids) >= len(train_on.ids)
    beginnings = {tuple(train_on.document(i)[: prepare.KNOWN]) for i in range(len(train_on))}
    for i in range(len(written)):
        assert tuple(written.document(i)[: prepare.KNOWN]) in beginnings


def test_the_text_that_ships_is_divided(tmp_path: Path) -> None:
    text = Text.load(FOLDER)
    whole = {
        name: {tuple(part.document(i).tolist()) for i in range(len(part))}
        for name, part in (("train", text.train), ("check", text.check), ("held", text.held))
    }
    assert not whole["held"] & (whole["train"] | whole["check"])
    assert len(text.held.ids) > 5_000 and len(text.written.ids) >= len(text.train.ids) > 40_000
