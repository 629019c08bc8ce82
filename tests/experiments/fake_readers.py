"""Stand-ins for teacher and student: each knows the lab's sentences of its language by heart."""

import pytest

from lesson_core.experiments import few_shot, how_zero_shot, student_own
from lesson_core.tasks.student import readers
from tests.experiments.fake_encoder import FakeEncoder


class Fakes:
    """The teacher reads English, the student Chinese, the student as it began every second one."""

    def __init__(self) -> None:
        self.teacher, self.student = FakeEncoder("en"), FakeEncoder("zh")
        self.glosses = FakeEncoder("zh")
        for text in list(self.glosses.place)[::2]:
            del self.glosses.place[text]


def stand_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """No files are read."""
    monkeypatch.setattr(readers, "load", Fakes)
    monkeypatch.setattr(
        readers, "glossed", lambda found, text: [("猫", ["cat", "<b>"]), ("##", [])]
    )
    for module in (few_shot, how_zero_shot, student_own):
        assert module.readers is readers
