"""What a saved run says in a line: its recipe and its few numbers, by kind of job."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Any

from lesson_core.learn import catalogue
from pages.ui.language import t
from pages.ui.numbers import milliseconds, rounded


@dataclass(frozen=True)
class Fact:
    """`key` names it under `saved`; `value` compares runs of one machine."""

    key: str
    value: float
    text: str


def _time(key: str, seconds: float | None) -> list[Fact]:
    return [] if seconds is None else [Fact(key, seconds, " ".join(milliseconds(seconds)))]


def _share(key: str, share: float | None) -> list[Fact]:
    return [] if share is None else [Fact(key, share, f"{share:.0%}")]


def _number(key: str, value: float | None) -> list[Fact]:
    return [] if value is None else [Fact(key, value, rounded(value))]


def _answer(result: Mapping[str, Any]) -> list[Fact]:
    latency = result["latency"]
    return [*_time("ttft", latency["ttft_s"]), *_time("tpot", latency["tpot_s"]),
            *_share("reached", result.get("reached"))]  # fmt: skip


def _measured(result: Mapping[str, Any]) -> list[Fact]:
    middle = {name: part["median"] for name, part in result["summary"].items()}
    return [*_time("ttft", middle["ttft"]), *_time("tpot", middle["tpot"]),
            *_share("reached", result.get("reached"))]  # fmt: skip


def _card(result: Mapping[str, Any]) -> list[Fact]:
    last = result["bandwidth"][-1]["rate"]["per_s"] / 1e9
    return [Fact("bandwidth", last, f"{rounded(last)} GB/s")]


def _twins(result: Mapping[str, Any]) -> list[Fact]:
    return [*_time("with_cache", median(result["with_s"][1:])),
            *_time("without_cache", median(result["without_s"][1:]))]  # fmt: skip


def _regimes(result: Mapping[str, Any]) -> list[Fact]:
    found = [value for value in result["doubles"] if value is not None]
    return _number("doubles", median(found) if found else None)


def _stack(result: Mapping[str, Any]) -> list[Fact]:
    first, last = (median(result["stages"][i]["samples"]["tpot_s"]) for i in (0, -1))
    return [*_time("tpot_plain", first), *_time("tpot", last)]


def _ways(result: Mapping[str, Any]) -> list[Fact]:
    runs = result["runs"]
    return [*_time("ttft", median(run["ttft_s"] for run in runs)),
            *_time("tpot", median(run["tpot_s"] for run in runs))]  # fmt: skip


def _sizes(result: Mapping[str, Any]) -> list[Fact]:
    layer_s, bandwidth = result["fit"]["layer_s"], result["fit"]["bandwidth"] / 1e9
    return [*_time("layer", layer_s), Fact("bandwidth", bandwidth, f"{rounded(bandwidth)} GB/s")]


def _schemes(result: Mapping[str, Any]) -> list[Fact]:
    gain = {r["name"]: r["decode"]["ratio"]["median"] for r in result["schemes"] if "decode" in r}
    return [Fact(f"{n}_gain", gain[n], f"{gain[n]:.2f}×") for n in ("int8", "int4") if n in gain]


KINDS: dict[str, Callable[[Mapping[str, Any]], list[Fact]]] = {
    "token_clock": _answer,
    "measure_clock": _measured,
    "pipeline_trace": _answer,
    "machine_card": _card,
    "kv_cache": _twins,
    "two_regimes": _regimes,
    "optimise": _stack,
    "measuring": _ways,
    "size_sweep": _sizes,
    "compression": _schemes,
}
"""Jobs whose results can be put into a line; others are listed without numbers."""


def of(job: str, result: Mapping[str, Any]) -> list[Fact]:
    """The facts of one result; none for an unknown kind or a result of an older version."""
    try:
        return KINDS[job](result) if job in KINDS and result else []
    except (KeyError, TypeError, IndexError, ValueError):
        return []


def recipe(spec: Mapping[str, Any]) -> str:
    """“smollm2-135m · fp32 · fused”: what of the recipe is not the plain case."""
    made = spec.get("recipe") or spec
    plain = {"auto", "none", "same", "preallocated", "sdpa", ""}
    keys = ("model", "precision", "cache", "kv_precision", "attention", "compile", "pruning",
            "drafting")  # fmt: skip
    said = [str(made[key]) for key in keys if made.get(key) and str(made[key]) not in plain]
    return " · ".join(said) or str(spec.get("device", ""))


def kind_label(job: str) -> str:
    """A kind of run by the name of its lesson."""
    entry = next((entry for entry in catalogue.LESSONS if job and entry.job == job), None)
    if entry is not None:
        return t(f"lessons.{entry.id}.nav")
    return t(f"saved.kind_{job}") if job else t("saved.all")
