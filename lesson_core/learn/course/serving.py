"""Pages on serving many at once: who runs when, and what need not be computed again."""

from lesson_core.learn.course.entry import Lesson

SERVING: tuple[Lesson, ...] = (
    Lesson(
        id="batching",
        section="speed",
        path="pages/speed/batching.py",
        url_path="batching",
        job="batching",
        questions="lesson_core.learn.questions.batching",
        shown=(
            ("lesson_core/serve/engine.py", "Engine.step"),
            ("lesson_core/serve/scheduler.py", "Scheduler.schedule"),
        ),
        numbers={
            "explanation": (
                "requests", "slots", "idle", "continuous_idle", "continuous_tok_s",
                "static_tok_s", "ratio", "prompt_tokens", "answer_tokens", "prefill_share",
            ),
        },
    ),
    Lesson(
        id="caching",
        section="speed",
        path="pages/speed/caching.py",
        url_path="caching",
        job="caching",
        questions="lesson_core.learn.questions.caching",
        shown=(
            ("lesson_core/serve/eviction.py", "Lru.put"),
            ("lesson_core/serve/caches.py", "PrefixKV.read"),
            ("lesson_core/serve/caches.py", "prefill_the_rest"),
            ("lesson_core/serve/caches.py", "SemanticCache.get"),
        ),
        numbers={
            "explanation": (
                "room", "texts", "room_share", "hit", "stay", "expected", "input_saves",
                "prefix_share", "prefix_saves", "answer_saves", "prefix_bytes", "answer_bytes",
            ),
        },
    ),
)  # fmt: skip
