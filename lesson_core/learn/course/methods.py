"""Pages on what makes one model faster: smaller, fused, guessed ahead, spread out, shaped anew."""

from lesson_core.learn.course.entry import Lesson

METHODS: tuple[Lesson, ...] = (
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
            ("lesson_core/speed/distil.py", "distillation_loss"),
            ("lesson_core/speed/distil.py", "SoftLoss.forward"),
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
        id="parallelism",
        section="speed",
        path="pages/speed/parallelism.py",
        url_path="parallelism",
        job="parallelism",
        questions="lesson_core.learn.questions.parallelism",
        shown=(
            ("lesson_core/parallel/tensor.py", "shard"),
            ("lesson_core/parallel/tensor.py", "SummedLinear.forward"),
            ("lesson_core/parallel/pipeline.py", "forward"),
            ("lesson_core/parallel/pipeline.py", "generate"),
        ),
        numbers={
            "explanation": (
                "single_ms", "tensor_ms", "ratio", "calls", "talk_ms", "talk_share", "message_kb",
                "latency_us", "pipeline_ms", "flight_gain", "hop",
            ),
        },
    ),
    Lesson(
        id="architectures",
        section="speed",
        path="pages/speed/architectures.py",
        url_path="architectures",
        job="architectures",
        questions="lesson_core.learn.questions.architectures",
        shown=(
            ("lesson_core/model/moe.py", "MixtureOfExperts.route"),
            ("lesson_core/model/moe.py", "MixtureOfExperts.forward"),
            ("lesson_core/model/mla.py", "LatentAttention.expanded"),
            ("lesson_core/model/mla.py", "LatentAttention.absorbed"),
        ),
        numbers={
            "explanation": (
                "model", "experts", "per_token", "batch", "visits", "expected", "uneven",
                "measured", "share", "one_gb", "many_gb", "growth", "mha", "mla",
            ),
        },
    ),
)  # fmt: skip
