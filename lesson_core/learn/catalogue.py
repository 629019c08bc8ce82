"""Which lessons there are, in reading order. Only finished pages are listed.

Titles, questions and navigation labels are words: `lessons.<id>.title|question|nav` and
`sections.<id>` in assets/i18n. Adding a lesson is one entry here, its two content files, its
words and its page.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

SECTIONS = ("start", "foundations", "speed")

WHOLE = (
    "question", "guess", "experiment", "explanation", "transfer", "transfer-answer", "answer-30s",
    "answer-2min", "in-depth", "articles-say", "correction", "reading",
)  # fmt: skip
"""The sections of a question page, in the order of the page."""

SHORT = (
    "question", "guess", "experiment", "explanation", "answer-30s", "answer-2min", "articles-say",
    "correction", "reading",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One page. `numbers` lists, per section, the placeholders that the page must pass.

    `shown` are (file, qualified name) of the functions whose source the page shows, `job` the
    spec name in schema.specs ("" where the page computes without a worker), `questions` the module
    that poses its cards.
    """

    id: str
    section: str
    path: str
    url_path: str
    job: str
    questions: str
    shown: tuple[tuple[str, str], ...]
    parts: tuple[str, ...] = WHOLE
    numbers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


LESSONS: tuple[Lesson, ...] = (
    Lesson(
        id="home",
        section="start",
        path="pages/start/home.py",
        url_path="",
        job="token_clock",
        questions="lesson_core.learn.questions.home",
        shown=(
            ("lesson_core/generate/decode.py", "prefill"),
            ("lesson_core/model/transformer.py", "Transformer.hidden"),
            ("lesson_core/generate/decode.py", "decode_one_token"),
            ("lesson_core/generate/flat.py", "step"),
        ),
        parts=SHORT,
        numbers={"explanation": ("prompt_tokens", "ttft_ms", "tpot_ms", "ratio")},
    ),
    Lesson(
        id="machine",
        section="start",
        path="pages/start/machine.py",
        url_path="machine",
        job="machine_card",
        questions="lesson_core.learn.questions.machine",
        shown=(("lesson_core/measure/machine.py", "measure_card"),),
        numbers={
            "explanation": ("gflops", "peak_gflops", "share", "bandwidth_gbs", "ridge"),
        },
    ),
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
            ("lesson_core/generate/speculative.py", "speculate"),
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
)  # fmt: skip


def lesson(lesson_id: str) -> Lesson:
    """The entry with this id; KeyError if there is none."""
    for entry in LESSONS:
        if entry.id == lesson_id:
            return entry
    raise KeyError(f"no lesson {lesson_id}")


def in_section(section: str) -> tuple[Lesson, ...]:
    """The lessons of one section of the navigation, in order."""
    return tuple(entry for entry in LESSONS if entry.section == section)


def next_of(lesson_id: str) -> Lesson | None:
    """The lesson after this one, None after the last."""
    return _neighbour(lesson_id, 1)


def previous_of(lesson_id: str) -> Lesson | None:
    """The lesson before this one, None before the first."""
    return _neighbour(lesson_id, -1)


def _neighbour(lesson_id: str, step: int) -> Lesson | None:
    index = LESSONS.index(lesson(lesson_id)) + step
    return LESSONS[index] if 0 <= index < len(LESSONS) else None
