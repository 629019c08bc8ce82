"""Pages that put it together: optimise, plan, measure a server."""

from lesson_core.learn.course.entry import Lesson

PLANS: tuple[Lesson, ...] = (
    Lesson(
        id="optimise",
        section="speed",
        path="pages/speed/optimise.py",
        url_path="optimise",
        job="optimise",
        questions="lesson_core.learn.questions.optimise",
        shown=(
            ("lesson_core/speed/build.py", "build"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        numbers={
            "explanation": (
                "plain_ms", "last_ms", "ratio", "best", "best_gain", "quality_before",
                "quality_after",
            ),
        },
    ),
    Lesson(
        id="planner",
        section="speed",
        path="pages/speed/planner.py",
        url_path="planner",
        job="",
        questions="lesson_core.learn.questions.planner",
        shown=(
            ("lesson_core/theory/deployment.py", "Deployment.decode_terms"),
            ("lesson_core/theory/deployment.py", "combine"),
        ),
        numbers={
            "explanation": (
                "read_gb", "bandwidth_gbs", "bound_ms", "bound_tok_s", "published", "share",
                "layers", "points", "predicted", "low", "high",
            ),
        },
    ),
    Lesson(
        id="endpoint",
        section="speed",
        path="pages/speed/endpoint.py",
        url_path="endpoint",
        job="endpoint",
        questions="lesson_core.learn.questions.endpoint",
        shown=(
            ("lesson_core/serve/load.py", "Generator._when_due"),
            ("lesson_core/serve/load.py", "Generator._one_user"),
            ("lesson_core/theory/queueing.py", "starts"),
        ),
        numbers={
            "explanation": (
                "connections", "answer_ms", "capacity", "rate", "share", "wait_ms", "sent_ms",
                "due_ms", "ratio", "requests",
            ),
        },
    ),
)  # fmt: skip
