"""Pages on what models can do, and where it comes from."""

from lesson_core.learn.entry import Lesson

ABILITIES: tuple[Lesson, ...] = (
    Lesson(
        id="zero-shot",
        section="abilities",
        path="pages/abilities/zero_shot.py",
        url_path="zero-shot",
        job="zero_shot",
        questions="lesson_core.learn.questions.zero_shot",
        shown=(
            ("lesson_core/tasks/zero_shot.py", "class_vectors"),
            ("lesson_core/tasks/zero_shot.py", "similarities"),
            ("lesson_core/tasks/label_likelihood.py", "shared"),
            ("lesson_core/tasks/label_likelihood.py", "less_prior"),
        ),
        numbers={
            "explanation": (
                "accuracy", "low", "high", "bare", "expected", "plain", "hard", "hard_expected",
                "zh", "zh_expected", "unknown", "told_sum", "told", "told_n",
            ),
        },
    ),
)  # fmt: skip
