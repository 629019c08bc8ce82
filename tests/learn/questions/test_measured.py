"""Runs as their jobs write them, read into keys: what the value is, and when nothing is asked."""

import pytest

from lesson_core.learn import bank, content, quiz
from lesson_core.schema.question import Found, Measured

LATENCY = {"ttft_s": 0.2, "tpot_s": 0.05, "itl_s": [0.05, 0.04, 0.05], "e2e_s": 0.4, "tokens": 4}
RUNS = [{"ttft_s": ttft, "tpot_s": 0.02, "e2e_s": 1.0} for ttft in (0.2, 0.2, 0.25)]


def rate(per_s: float, *samples: float) -> dict:
    return {"per_s": per_s, "samples": list(samples) or [per_s] * 3}


def pair(plain: list[float], other: list[float], ratio: list[float]) -> dict:
    return {
        "plain": {"median": plain[1]}, "other": {"median": other[1]},
        "ratio": {"median": ratio[1], "interval": [ratio[0], ratio[2]]},
    }  # fmt: skip


def scheme(name: str, read: int, **phases: dict) -> dict:
    return {"name": name, "read_bytes": read, **phases}


def stage(change: str, *tpot: float) -> dict:
    return {"change": change, "tokens": 8, "samples": {"tpot_s": list(tpot)}}


def tail(due: float | None, sent: float | None) -> dict:
    return {"latency": {"ttft": {"p95": due}, "ttft_naive": {"p95": sent}}}


ANSWER = {"latency": LATENCY, "bound_s": 0.025, "weights_read_bytes": 5e8}
TRACE = {"latency": LATENCY, "steps": [
    {"phase": "prefill", "head_s": 0.1, "layers_s": 0.1, "measured_s": 0.2},
    {"phase": "decode", "head_s": 0.01, "layers_s": 0.03, "measured_s": 0.05},
    {"phase": "decode", "head_s": 0.01, "layers_s": 0.03, "measured_s": 0.04},
    {"phase": "decode", "head_s": 0.01, "layers_s": 0.03, "measured_s": 0.05}]}  # fmt: skip
CARD = {
    "bandwidth": [{"bytes": 1e7, "rate": rate(40e9, 39e9, 40e9, 41e9)},
                  {"bytes": 5e8, "rate": rate(20e9)}],
    "flops": {"fp32": rate(200e9), "bf16": rate(600e9)},
}  # fmt: skip
WAYS = {"runs": RUNS, "cold": {"ttft_s": 0.8}}
REGIMES = {
    "prompt_len": 128, "doubles": [6.0, 5.0, None, 6.0], "predicted": {"doubles": 30.0},
    "steps": [{"median_s": 0.03}],
    "operators": [{"phase": phase, "name": name, "flops_per_s": flops}
                  for phase, name, flops in (("prefill", "qkv", 1e9), ("prefill", "gate_up", 3e11),
                                             ("decode", "gate_up", 2e10))],
}  # fmt: skip
SIZES = {
    "points": [{"size": "1M", "bytes": 4e6, "median_s": 1e-3, "samples_s": [1e-3, 1e-3, 1.1e-3]},
               {"size": "100M", "bytes": 4e8, "median_s": 0.02, "samples_s": [0.02, 0.02]}],
    "fit": {"layer_s": 5e-5, "crossover": 2e7, "bandwidth": 2e10},
}  # fmt: skip
FORMATS = {"schemes": [
    scheme("fp32", 600),
    scheme("int8", 150, decode=pair([1, 10, 1], [1, 5, 1], [1.8, 2.0, 2.2])),
    scheme("int4", 100, decode=pair([1, 10, 1], [1, 4, 1], [2.4, 2.5, 2.6]),
           prefill=pair([1, 10, 1], [1, 10, 1], [0.9, 1.0, 1.1])),
    scheme("ffn", 400, decode=pair([1, 10, 1], [1, 8, 1], [1.2, 1.25, 1.3]))]}  # fmt: skip
STEPS = {
    "ratio": {"slowest": "written", "fastest": "fused"}, "plan": {"weight_bytes": 500},
    "samples": {"written": [0.12, 0.12, 0.13], "sdpa": [1, 1, 1], "fused": [0.06, 0.06, 0.06]},
    "ways": [{"name": "written", "between_bytes": 20}, {"name": "fused", "between_bytes": None}],
}  # fmt: skip
DRAFTS = {"drafted": 4, "tokens_per_draft": 3.5, "gamma": 4, "alpha": 0.8, "expected_tokens": 3.36,
          "verify_cost": 1.2, "step_s": 0.05, "speedup": 1.9}  # fmt: skip
STACK = {
    "tokens_in": 20,
    "stages": [
        stage("", 0.2, 0.22, 0.2),
        stage("kv-cache", 0.1, 0.1, 0.1),
        stage("int8", 0.05, 0.05, 0.05),
    ],
}
QUEUE = {"slots": 8, "requests": 24, "idle": {"static": 0.4, "continuous": 0.1},
         "tok_s": {"static": [50, 52, 50], "continuous": [75, 78, 80]}}  # fmt: skip
LOG = {"hit": 0.45, "requests": 2000, "texts": 100, "expected": 0.44, "prefix_share": 0.9,
       "totals": {"none": 50.0, "prefix": 40.0}}  # fmt: skip
SHARED = {"talk_s": 0.03, "layers": 30,
          "samples": {"tensor": [0.06, 0.06, 0.07], "single": [0.05, 0.05, 0.05]}}  # fmt: skip
EXPERTS = {"experts": 256, "per_token": 8, "visited": [
    {"batch": 1, "counts": [8], "expected": 8}, {"batch": 32, "counts": [160, 150, 164],
                                                 "expected": 163}]}  # fmt: skip
LOAD = {"rate": 4.0, "capacity": 3.0, "open": tail(4.0, 0.2)}
TEXT = {"tokens": 500, "perplexity": 9.0, "low": 8.0, "high": 10.0, "promised": 9.5,
        "ways": {"right": 20.0, "padded": 300.0}}  # fmt: skip
LABELS = {
    "topics": ["a", "b"],
    "rows": {"en.name": {"right": 60, "n": 100},
             "en.described": {"right": 75, "n": 100, "low": 0.66, "high": 0.83}},
    "twins": {"labels": 12, "whole_s": 2.0, "shared_s": 0.25, "whole_tokens": 180,
              "shared_tokens": 14},
}  # fmt: skip

READ = {
    "home.usual-gap": (ANSWER, 50), "home.reached": (ANSWER, 50),
    "inference-pipeline.first-share": (TRACE, 50), "inference-pipeline.head-share": (TRACE, 20),
    "machine.from-cache": (CARD, 2), "machine.own-ridge": (CARD, 10),
    "machine.bf16-gain": (CARD, 3),
    "measuring.cold-start": (WAYS, 4), "measuring.prefill-left-out": (WAYS, 25),
    "two-regimes.doubles": (REGIMES, 6), "two-regimes.phases": (REGIMES, 15),
    "size.large-and-small": (SIZES, 20), "size.layer-overhead": (SIZES, 50),
    "compression.int8-decode": (FORMATS, 2), "compression.int4-decode": (FORMATS, 2.5),
    "compression.int4-prefill": (FORMATS, None), "compression.narrower": (FORMATS, 1.25),
    "fusion.fastest": (STEPS, 2), "fusion.between": (STEPS, 4),
    "speculative.per-draft": (DRAFTS, 3.5), "speculative.check-cost": (DRAFTS, 1.2),
    "optimise.all-changes": (STACK, 4), "optimise.first-change": (STACK, 2),
    "batching.continuous-gain": (QUEUE, 1.5), "batching.idle-slots": (QUEUE, 40),
    "caching.hit-rate": (LOG, 45), "caching.prefix-saves": (LOG, 20),
    "parallelism.tensor-step": (SHARED, 1.2), "parallelism.talk-share": (SHARED, 50),
    "architectures.visited-here": (EXPERTS, 160), "endpoint.left-out": (LOAD, 20),
    "evaluate.padding-scored": (TEXT, 15), "evaluate.own-text": (TEXT, 9),
    "zero-shot.described-label": (LABELS, 75), "zero-shot.shared-prompt": (LABELS, 8),
}  # fmt: skip


def read(name: str, result: dict) -> tuple[Measured, Found | None]:
    asked = bank.question(name)
    assert isinstance(asked, Measured)
    return asked, bank.read(asked, result)


@pytest.mark.parametrize("name", READ)
def test_a_run_becomes_a_key_that_is_written_out_and_graded(name: str) -> None:
    result, value = READ[name]
    asked, found = read(name, result)
    assert found is not None
    if value is None:
        assert not found.askable
        return
    assert found.askable
    assert found.value == pytest.approx(value)
    assert found.low <= found.value <= found.high
    posed = bank.pose_measured(asked, found)
    assert quiz.grade(posed, f"{value} {asked.unit}").correct
    assert not quiz.grade(posed, f"{3 * value} {asked.unit}").correct
    for lang in ("en", "zh"):
        content.said(asked.ask, lang, name, **posed.values)
        assert "9" in content.said(asked.solution, lang, name, **posed.values, answer="9")


def test_every_measured_question_is_read_here_or_beside_its_lesson() -> None:
    every = {q.id for q in bank.every() if isinstance(q, Measured)}
    elsewhere = {
        key for key in every if key.startswith(("kv-cache.", "string-to-", "transformer."))
    }
    assert every - elsewhere == set(READ)
    assert len(every) >= 20


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("machine.from-cache", CARD | {"bandwidth": CARD["bandwidth"][:1]}),
        ("two-regimes.doubles", REGIMES | {"doubles": [None, None, 6.0]}),
        ("size.layer-overhead", SIZES | {"fit": None}),
        ("speculative.per-draft", DRAFTS | {"drafted": 0}),
        ("endpoint.left-out", LOAD | {"open": None}),
        ("endpoint.left-out", LOAD | {"open": tail(None, None)}),
        ("architectures.visited-here", EXPERTS | {"visited": EXPERTS["visited"][:1]}),
    ],
)
def test_a_run_that_does_not_say_it_asks_nothing(name: str, result: dict) -> None:
    assert read(name, result)[1] is None


@pytest.mark.parametrize(
    ("name", "result"),
    [
        ("parallelism.tensor-step", SHARED | {"samples": {"tensor": [5, 6, 4],
                                                          "single": [5, 5, 5]}}),
        ("home.reached", ANSWER | {"bound_s": 0.05}),
        ("zero-shot.described-label", LABELS | {"rows": LABELS["rows"] | {
            "en.name": {"right": 70, "n": 100}}}),
        ("machine.bf16-gain", CARD | {"flops": {"fp32": rate(2e11),
                                                "bf16": rate(2e11, 1e11, 3e11, 2e11)}}),
    ],
)  # fmt: skip
def test_an_effect_within_the_noise_asks_nothing(name: str, result: dict) -> None:
    found = read(name, result)[1]
    assert found is not None
    assert not found.askable
