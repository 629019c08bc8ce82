"""The allow-list of jobs: which function runs for a name, where, and for how long.

Imports no experiment and no torch, so the web process can read it too. A worker looks a job up
here and nowhere else; a page can only ask for what is listed.
"""

from dataclasses import dataclass
from typing import Literal

from lesson_core.schema.specs import SPECS

Lane = Literal["interactive", "measured", "background"]

DEADLINE_S: dict[Lane, float] = {"interactive": 120.0, "measured": 600.0, "background": 3600.0}
"""Seconds a job of each lane may run, unless its entry says otherwise."""


@dataclass(frozen=True, kw_only=True)
class Experiment:
    """A generator function `module:function(spec, lab)`, the spec it takes, and its lane."""

    module: str
    spec: type
    lane: Lane
    function: str = "run"
    deadline_s: float | None = None  # None: the lane's own

    @property
    def limit_s(self) -> float:
        """Seconds this job may run."""
        return DEADLINE_S[self.lane] if self.deadline_s is None else self.deadline_s


def _entry(name: str, module: str, lane: Lane, function: str = "run") -> Experiment:
    module = f"lesson_core.experiments.{module}"
    return Experiment(module=module, function=function, spec=SPECS[name], lane=lane)


JOBS: dict[str, Experiment] = {
    "token_clock": _entry("token_clock", "token_clock", "interactive"),
    "pipeline_trace": _entry("pipeline_trace", "inference_pipeline", "interactive"),
    "next_token": _entry("next_token", "what_is_an_llm", "interactive"),
    "machine_card": _entry("machine_card", "machine", "measured"),
    "measure_clock": _entry("measure_clock", "measure_clock", "measured"),
    "measuring": _entry("measuring", "measuring", "measured"),
    "optimise": _entry("optimise", "optimise", "measured"),
    "two_regimes": _entry("two_regimes", "two_regimes", "measured"),
    "kv_cache": _entry("kv_cache", "kv_cache", "interactive"),
    "compression": _entry("compression", "compression", "measured"),
    "distil": _entry("distil", "distil", "interactive"),
    "size_sweep": _entry("size_sweep", "size_sweep", "measured"),
    "fusion": _entry("fusion", "fusion", "measured"),
    "speculative": _entry("speculative", "speculative", "measured"),
    "speculative_law": _entry("speculative_law", "speculative_law", "interactive"),
    "batching": _entry("batching", "batching", "measured"),
    "replay": _entry("replay", "replay", "measured"),
    "caching": _entry("caching", "caching", "measured"),
    "sentence_pair": _entry("sentence_pair", "sentence_pair", "interactive"),
    "endpoint": _entry("endpoint", "endpoint", "measured"),
    "parallelism": _entry("parallelism", "parallelism", "measured"),
    "architectures": _entry("architectures", "architectures", "interactive"),
    "zero_shot": _entry("zero_shot", "zero_shot", "interactive"),
    "zero_shot_own": _entry("zero_shot_own", "zero_shot_own", "interactive"),
    "how_zero_shot": _entry("how_zero_shot", "how_zero_shot", "interactive"),
    "student_own": _entry("student_own", "student_own", "interactive"),
    "few_shot": _entry("few_shot", "few_shot", "interactive"),
    "translation": _entry("translation", "translation", "interactive"),
    "evaluate": _entry("evaluate", "evaluate", "interactive"),
    "classify": _entry("classify", "classify", "interactive"),
    "word_vectors": _entry("word_vectors", "word_vectors", "interactive"),
    "train_vectors": _entry("train_vectors", "word_vectors", "interactive", "train"),
    "broken_transformer": _entry("broken_transformer", "first_transformer", "interactive"),
    "train_transformer": _entry("train_transformer", "first_transformer", "interactive", "train"),
    "measure_ladder": _entry("measure_ladder", "why_parameters", "interactive"),
    "train_rungs": _entry("train_rungs", "why_parameters", "interactive", "train"),
    "rung_samples": _entry("rung_samples", "rung_samples", "interactive"),
    "spot_timing": _entry("spot_timing", "spot", "measured", "timing"),
    "spot_output": _entry("spot_output", "spot", "interactive", "output"),
    "fetch_model": _entry("fetch_model", "fetch_model", "background"),
}

EXPERIMENTS: dict[str, str] = {name: f"{job.module}:{job.function}" for name, job in JOBS.items()}
"""Job name -> `module:function`."""

WARM: tuple[str, ...] = (
    "torch",
    "lesson_core.model.weights",
    "lesson_core.generate.decode",
    "lesson_core.text.tokenizer",
    "lesson_core.experiments.token_clock",
)
"""What an interactive or measured worker imports before it says that it is ready."""
