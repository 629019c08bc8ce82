"""Pages on what models can do, and where it comes from."""

from lesson_core.learn.course.entry import Lesson

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
    Lesson(
        id="how-zero-shot",
        section="abilities",
        path="pages/abilities/how_zero_shot.py",
        url_path="how-zero-shot",
        job="how_zero_shot",
        questions="lesson_core.learn.questions.how_zero_shot",
        shown=(
            ("lesson_core/tasks/student/dictionary.py", "Dictionary.vectors"),
            ("lesson_core/tasks/student/train.py", "loss_of"),
            ("lesson_core/tasks/few_shot/learner.py", "adapt"),
            ("lesson_core/tasks/few_shot/maml.py", "meta_gradient"),
            ("lesson_core/tasks/few_shot/reptile.py", "moved"),
            ("lesson_core/tasks/few_shot/prototypes.py", "means"),
        ),
        numbers={
            "explanation": (
                "student", "low", "high", "teacher", "unread", "source", "glosses", "gained",
                "lost", "expected", "plain", "hard",
            ),
        },
    ),
)  # fmt: skip
