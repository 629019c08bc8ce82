"""The spec of a student that learns from a teacher, live."""

from dataclasses import dataclass
from typing import Literal, get_args

from lesson_core.schema.checks import check_range
from lesson_core.schema.recipe import Recipe

StudentName = Literal["ladder-100k", "ladder-220k", "ladder-500k"]
STUDENTS: tuple[StudentName, ...] = get_args(StudentName)


@dataclass(frozen=True, kw_only=True)
class Distil:
    """Job `distil`: students of one size side by side for `seconds`, with and without a teacher.

    `recipe.model` is the teacher: any model of the registry that shares the students' vocabulary.
    `weight` is the share of the soft labels in the loss.
    """

    recipe: Recipe
    student: StudentName = "ladder-220k"
    temperature: float = 2.0
    weight: float = 5 / 7
    seconds: float = 40.0
    seed: int = 1

    def __post_init__(self) -> None:
        check_range("T", self.temperature, 0.5, 20)
        check_range("weight", self.weight, 0, 1)
        check_range("seconds", self.seconds, 1, 50)
        check_range("seed", self.seed, 0, 1_000_000)
