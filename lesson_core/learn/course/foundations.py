"""Pages on what a language model is and what it does with a prompt."""

from lesson_core.learn.course.entry import Lesson

FOUNDATIONS: tuple[Lesson, ...] = (
    Lesson(
        id="what-is-an-llm",
        section="foundations",
        path="pages/foundations/what_is_an_llm.py",
        url_path="what-is-an-llm",
        job="next_token",
        questions="lesson_core.learn.questions.what_is_an_llm",
        shown=(
            ("lesson_core/generate/sample.py", "filtered_probs"),
            ("lesson_core/model/attention.py", "written_attention"),
            ("lesson_core/model/weights.py", "census"),
        ),
        numbers={
            "explanation": ("vocab_size", "d_model", "table_params", "total_params", "share"),
        },
    ),
    Lesson(
        id="why-parameters",
        section="foundations",
        path="pages/foundations/why_parameters.py",
        url_path="why-parameters",
        job="measure_ladder",
        questions="lesson_core.learn.questions.why_parameters",
        shown=(
            ("lesson_core/theory/scaling.py", "fit"),
            ("lesson_core/tasks/ladder/held_out.py", "told"),
            ("lesson_core/theory/in_a_row.py", "in_a_row"),
        ),
        numbers={
            "explanation": (
                "small", "large", "less", "exponent", "low", "high", "r2", "doubling", "whole",
                "last_step",
            ),
        },
    ),
    Lesson(
        id="inference-pipeline",
        section="foundations",
        path="pages/foundations/inference_pipeline.py",
        url_path="inference-pipeline",
        job="pipeline_trace",
        questions="lesson_core.learn.questions.inference_pipeline",
        shown=(
            ("lesson_core/experiments/probed.py", "forward"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
        ),
        numbers={
            "explanation": (
                "weights_mb", "bandwidth_gbs", "bound_ms", "step_ms", "prompt_tokens", "prefill_ms",
            ),
        },
    ),
)  # fmt: skip
