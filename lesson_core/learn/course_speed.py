"""Pages on speed: what it depends on, and what each optimisation buys."""

from lesson_core.learn.entry import Lesson

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
    Lesson(
        id="compression",
        section="speed",
        path="pages/speed/compression.py",
        url_path="compression",
        job="compression",
        questions="lesson_core.learn.questions.compression",
        shown=(
            ("lesson_core/speed/quantize.py", "quantize_int8"),
            ("lesson_core/speed/quantize.py", "quantize_int4"),
            ("lesson_core/speed/prune.py", "smallest_dropped"),
            ("lesson_core/speed/prune.py", "two_of_four"),
            ("lesson_core/tasks/quality.py", "score"),
        ),
        numbers={
            "explanation": (
                "fp32_mb", "int8_mb", "expected", "int8", "int4", "masks", "two_four", "rows",
                "kl_int8", "kl_int4", "kl_masks", "kl_rows",
            ),
        },
    ),
    Lesson(
        id="fusion",
        section="speed",
        path="pages/speed/fusion.py",
        url_path="fusion",
        job="fusion",
        questions="lesson_core.learn.questions.fusion",
        shown=(
            ("lesson_core/model/attention.py", "written_attention"),
            ("lesson_core/model/attention.py", "fast_attention"),
            ("lesson_core/generate/flat.py", "step"),
            ("lesson_core/speed/compiled.py", "after_attention"),
        ),
        numbers={
            "explanation": (
                "slow_ops", "sdpa_ops", "fast_ops", "dispatch_us", "between_mb", "share",
                "weights_mb", "slow_ms", "fast_ms", "ratio", "bound_ms",
            ),
        },
    ),
    Lesson(
        id="speculative",
        section="speed",
        path="pages/speed/speculative.py",
        url_path="speculative",
        job="speculative",
        questions="lesson_core.learn.questions.speculative",
        shown=(
            ("lesson_core/generate/speculative.py", "judge"),
            ("lesson_core/generate/speculative_accept.py", "accept"),
            ("lesson_core/generate/speculative_accept.py", "residual"),
            ("lesson_core/generate/speculative_draft.py", "Lookup.propose"),
            ("lesson_core/generate/flat_many.py", "step"),
        ),
        numbers={
            "explanation": (
                "gamma", "rounds", "tokens", "speedup", "alpha", "expected", "per_draft",
                "step_ms", "width", "cost",
            ),
        },
    ),
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
