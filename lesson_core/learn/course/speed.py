"""Pages on speed: what it is, and what it depends on."""

from lesson_core.learn.course.entry import Lesson

SPEED: tuple[Lesson, ...] = (
    Lesson(
        id="measuring",
        section="speed",
        path="pages/speed/measuring.py",
        url_path="measuring",
        job="measuring",
        questions="lesson_core.learn.questions.measuring",
        shown=(
            ("lesson_core/theory/wrong_ways.py", "compare"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
        ),
        numbers={
            "explanation": (
                "tokens", "tpot_ms", "runs", "iqr_ms", "by_n", "no_prefill", "cold",
            ),
        },
    ),
    Lesson(
        id="two-regimes",
        section="speed",
        path="pages/speed/two_regimes.py",
        url_path="two-regimes",
        job="two_regimes",
        questions="lesson_core.learn.questions.two_regimes",
        shown=(
            ("lesson_core/generate/decode.py", "decode_one_token"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        numbers={
            "explanation": (
                "decode_intensity", "prompt_len", "prefill_intensity", "ridge", "predicted",
                "measured",
            ),
        },
    ),
    Lesson(
        id="size",
        section="speed",
        path="pages/speed/size.py",
        url_path="size",
        job="size_sweep",
        questions="lesson_core.learn.questions.size",
        shown=(
            ("lesson_core/measure/sweep.py", "ready"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        numbers={
            "explanation": (
                "small_ms", "large_ms", "times_params", "ratio", "layer_us", "bandwidth_gbs",
                "crossover_m",
            ),
        },
    ),
    Lesson(
        id="kv-cache",
        section="speed",
        path="pages/speed/kv_cache.py",
        url_path="kv-cache",
        job="kv_cache",
        questions="lesson_core.learn.questions.kv_cache",
        shown=(
            ("lesson_core/model/cache.py", "NoCache.begin"),
            ("lesson_core/model/cache.py", "KVCache.append"),
            ("lesson_core/generate/decode.py", "prefill"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        numbers={
            "explanation": (
                "prompt_tokens", "answer_tokens", "passes_without", "passes_with", "without_ms",
                "with_ms", "ratio", "kv_kb",
            ),
        },
    ),
)  # fmt: skip
