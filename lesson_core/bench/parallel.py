"""One model on two processes: is it the same model, what does it cost, what do others measure?

Here: the default model in fp32 by tensors and by stages, two ranks of one thread each. The logits
are compared pass by pass with one rank alone. An all-reduce of each size is predicted from all
other sizes. Elsewhere: published decode speeds on several cards that share every matrix, each
predicted with factors learned without its hardware × model group, as in `bench predict`.
"""

import json
from typing import Any

from lesson_core.artefacts.manifest import checked_folder
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.bench import predict
from lesson_core.measure import sharing
from lesson_core.parallel.launch import Ranks, device_for
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.parallelism import MICRO_BATCHES, RANKS
from lesson_core.theory import parallelism, stats

PROMPTS = (tuple(range(100, 132)), tuple(range(3000, 3008)))
COMPARED, NEW, ROUNDS = 24, 16, 5
CLOSE = 1e-4  # of the largest logit, fp32
WAYS = ("single", "tensor", "pipeline", "flight")


def main() -> int:
    published = _published()
    folder = checked_folder(DEFAULT)
    config = ModelConfig.from_hf(json.loads((folder / "config.json").read_text("utf-8")))
    with Ranks(RANKS, device=device_for(RANKS)) as ranks:
        sharing.give(ranks, folder, config)
        equal, worst = _equal(ranks)
        points = sharing.all_reduces(ranks, sharing.SIZES, 40)
        error = sharing.left_out_error(points, RANKS)
        link = sharing.link_of(points, RANKS)
        _print_link(points, link)
        steps = _steps(ranks, config, link)
        bubbles = _bubbles(ranks)
    report = {
        "logits_equal": equal,
        "largest_delta": worst,
        "allreduce_err": round(error, 4),
        "published_median_ape": published["median_ape"],
        "published_n": published["n"],
        "steps": steps,
        "bubble_err": bubbles,
    }
    print(json.dumps(report))
    return 0


def _published() -> dict[str, Any]:
    """Decode steps of one sequence on cards that share every matrix."""
    cases = [case for case in predict._cases(predict.KNOWN)[0] if case.single_step]
    shared = [case for case in cases if case.deployment.shards > 1]
    scored = predict.score(shared)
    found = predict.summary(scored, 0)
    print(f"published, tensor parallel: {found['n']} points, median {found['median_ape']:.1%}")
    print(f"nine in ten below {found['p90_ape']:.1%}, in the band {found['band_coverage']:.0%}")
    for name, row in found["by_software"].items():
        print(f"  {name:<12}{row['n']:>4}{row['median_ape']:>8.1%}{row['p90_ape']:>8.1%}")
    for cards in sorted({s.case.deployment.cards for s in scored}):
        errors = [s.error for s in scored if s.case.deployment.cards == cards]
        print(f"  {cards} cards     {len(errors):>4}{stats.median(errors):>8.1%}")
    return found


def _equal(ranks: Ranks) -> tuple[bool, float]:
    """Whether every pass of every prompt gives the same logits and tokens, and the worst pass."""
    found = [
        way for ids in PROMPTS for way in sharing.proof(ranks, list(ids), COMPARED).values()
    ]  # fmt: skip
    worst = max(way["delta"] for way in found)
    same = all(way["same"] == way["tokens"] for way in found)
    print(f"\nlogits: largest difference {worst:.1e} of the largest logit, tokens the same: {same}")
    return same and worst < CLOSE, worst


def _print_link(points: list[sharing.Point], link: parallelism.Link) -> None:
    print(f"\nall-reduce: {link.latency_s * 1e6:.0f} µs + bytes / {link.bandwidth / 1e9:.2f} GB/s")
    print(f"{'bytes':>10}{'µs':>9}{'model':>9}")
    for point in points:
        modelled = link.all_reduce_s(point.size, RANKS)
        print(f"{point.size:>10,}{point.median_s * 1e6:>9.0f}{modelled * 1e6:>9.0f}")


def _steps(ranks: Ranks, config: ModelConfig, link: parallelism.Link) -> dict[str, Any]:
    """Median milliseconds per token and what was predicted, the ways in turns."""
    found = sharing.calibrate(ranks, config, link)
    predicted = parallelism.step_parts(config, 4, RANKS, found)
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for way in WAYS:
        sharing.token_times(ranks, way, list(PROMPTS[0]), 4)
    talked: list[float] = []
    for _ in range(ROUNDS):
        for way in WAYS:
            told = sharing.token_times(ranks, way, list(PROMPTS[0]), NEW)
            taken[way].append(stats.median(told["seconds"]))
            talked += told["talk_s"] if way == "tensor" else []
    print(f"\n{'per token':<12}{'ms':>8}{'predicted':>11}{'of single':>11}")
    report = {}
    for way, samples in taken.items():
        seconds, expected = stats.median(samples), sum(predicted[way].values())
        ratio = stats.median(taken["single"]) / seconds
        print(f"{way:<12}{seconds * 1e3:>8.1f}{expected * 1e3:>11.1f}{ratio:>10.2f}×")
        report[way] = {"ms": round(seconds * 1e3, 2), "predicted_ms": round(expected * 1e3, 2)}
    print(f"talking in a tensor-parallel step: {stats.median(talked) * 1e3:.1f} ms, "
          f"predicted {predicted['tensor']['talk'] * 1e3:.1f} ms")  # fmt: skip
    return report


def _bubbles(ranks: Ranks) -> float:
    """Idle share against both formulas; the median distance from the general one."""
    prompt = [*PROMPTS[0], *PROMPTS[0]]
    alone: dict[str, list[float]] = {}
    print(f"\n{'stages by':<10}{'m':>3}{'idle':>8}{'equal':>8}{'general':>9}")
    errors = []
    for flow in sharing.flows(ranks, prompt, MICRO_BATCHES, 5):
        spans = [stats.median([b - a for _, a, b in row]) for row in flow.stages]
        times = alone.setdefault(flow.split, spans)
        equal = parallelism.equal_bubble(RANKS, flow.micro_batches)
        general = parallelism.bubble(times, flow.micro_batches)
        errors.append(abs(flow.idle - general))
        print(
            f"{flow.split:<10}{flow.micro_batches:>3}{flow.idle:>8.3f}{equal:>8.3f}{general:>9.3f}"
        )
    return round(stats.median(errors), 4)
