"""One model on several processes, measured: what talking costs, how long a token takes, who waits.

Everything here asks a `parallel.launch.Ranks`; the ranks hold the model as "whole", their piece of
every layer as "shard", and their stages as "weights" and "layers", after how these were balanced.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from lesson_core.parallel.launch import Ranks
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.plain import to_plain
from lesson_core.theory import parallelism
from lesson_core.theory.parallelism import Link, Sharing
from lesson_core.theory.stats import median

SIZES = tuple(2**power for power in range(8, 23, 2))  # 256 B to 4 MB
PROBE = 256_000_000  # bytes, far beyond any cache, about what a rank of the default model reads
SPLITS = ("layers", "weights")


@dataclass(frozen=True)
class Point:
    """An all-reduce of `size` bytes: the slowest rank of each repeat."""

    size: int
    samples_s: tuple[float, ...]

    @property
    def median_s(self) -> float:
        """The middle repeat."""
        return median(self.samples_s)


def give(ranks: Ranks, folder: Path, config: ModelConfig) -> None:
    """Let every rank read the model in fp32."""
    ranks.ask("load", model="whole", folder=str(folder), dtype="fp32")
    cut_up(ranks, config)


def cut_up(ranks: Ranks, config: ModelConfig) -> None:
    """Make the pieces of the model that the ranks hold."""
    count = len(ranks.pids)
    ranks.ask("cut", model="whole", piece="shard")
    for by in SPLITS:
        ends = parallelism.layer_cuts(config, count, by)
        ranks.ask("cut", model="whole", piece=by, ends=ends)


def all_reduces(ranks: Ranks, sizes: Sequence[int], repeats: int) -> list[Point]:
    """Each size in turn, `repeats` times."""
    replies = ranks.ask("all_reduce", sizes=list(sizes), repeats=repeats)
    rounds = zip(*(reply["seconds"] for reply in replies), strict=True)
    slowest = [[max(pair) for pair in zip(*rows, strict=True)] for rows in rounds]
    return [
        Point(size, tuple(row[i] for row in slowest)) for i, size in enumerate(sizes)
    ]  # fmt: skip


def link_of(points: Sequence[Point], ranks: int) -> Link:
    """Latency and bandwidth that explain the points best."""
    return parallelism.fit_link([p.size for p in points], [p.median_s for p in points], ranks)


def left_out_error(points: Sequence[Point], ranks: int) -> float:
    """|predicted / measured − 1|, the median over sizes, each predicted from the others."""
    errors = []
    for i, point in enumerate(points):
        link = link_of([*points[:i], *points[i + 1 :]], ranks)
        errors.append(abs(link.all_reduce_s(point.size, ranks) / point.median_s - 1))
    return median(errors)


def calibrate(ranks: Ranks, config: ModelConfig, link: Link, repeats: int = 5) -> Sharing:
    """What a prediction needs, measured without running the model."""
    alone = ranks.ask("read", size=PROBE, repeats=repeats, alone=True)[0]["rates"]
    both = ranks.ask("read", size=PROBE, repeats=repeats, alone=False)
    # As many operators per layer over next to no weights: what is left is starting them.
    skinny = replace(config, d_model=config.n_heads * 2, d_head=2, d_ff=64, vocab_size=64)
    ranks.ask("invent", model="skinny", config=to_plain(skinny), seed=0, dtype="fp32")
    cold = ranks.ask("between_products", model="skinny", size=config.d_model * 4, sweep=PROBE,
                     repeats=8 * repeats)  # fmt: skip
    hops = ranks.ask("hop", size=config.d_model * 4, repeats=40)[0]["seconds"]
    return Sharing(
        alone=median(alone),
        together=median([min(pair) for pair in zip(*(r["rates"] for r in both), strict=True)]),
        overhead_s=config.n_layers * median([s for r in cold for s in r["layer_s"]]),
        link=link,
        # Whoever arrives last has not waited: the shorter of the two is talking alone.
        talk_s=median([min(pair) for pair in zip(*(r["talk_s"] for r in cold), strict=True)]),
        hop_s=median(hops),
    )


def token_times(ranks: Ranks, way: str, ids: list[int], new_tokens: int) -> dict[str, Any]:
    """Seconds per decode step of one answer: {"seconds", "tokens", "talk_s"}.

    `way`: "single" (rank 0 alone), "tensor", "pipeline", or "flight": as many answers at once as
    there are stages, seconds counted per token over all.
    """
    if way in ("single", "tensor"):
        model, alone = ("whole", True) if way == "single" else ("shard", False)
        found = ranks.ask("answer", model=model, ids=ids, new_tokens=new_tokens, alone=alone)[0]
        return {**found, "seconds": found["seconds"][1:], "talk_s": found["talk_s"][1:]}
    count = len(ranks.pids) if way == "flight" else 1
    replies = ranks.ask(
        "pipelined", model="weights", prompts=[[ids]] * count, new_tokens=new_tokens
    )
    # A step of all answers ends when the last stage has finished the last of them.
    ends = [span[3] for span in replies[-1]["spans"] if span[0] == count - 1]
    steps = [(b - a) / count for a, b in pairwise(ends)]
    return {"seconds": steps, "tokens": [row[0][0] for row in replies[-1]["tokens"]], "talk_s": []}


def proof(ranks: Ranks, ids: list[int], new_tokens: int) -> dict[str, dict[str, Any]]:
    """Per way of sharing: the largest difference of any logit from rank 0 alone, and the tokens.

    `delta` is relative to the largest logit; all passes are compared while the tokens agree.
    """
    files = {name: str(ranks.folder / name) for name in ("whole", "shard", "weights")}
    alone = ranks.ask("answer", model="whole", ids=ids, new_tokens=new_tokens, alone=True,
                      save=files["whole"])[0]  # fmt: skip
    cut = ranks.ask(
        "answer", model="shard", ids=ids, new_tokens=new_tokens, save=files["shard"]
    )[0]  # fmt: skip
    staged = ranks.ask("pipelined", model="weights", prompts=[[ids]], new_tokens=new_tokens,
                       save=files["weights"])[-1]  # fmt: skip
    expected = load_file(files["whole"])["logits"]  # [passes, vocab_size]
    told = {"tensor": cut["tokens"], "pipeline": [row[0][0] for row in staged["tokens"]]}
    found = {}
    for way, file in (("tensor", files["shard"]), ("pipeline", files["weights"])):
        logits = load_file(file)["logits"].reshape(expected.shape)
        same = [a == b for a, b in zip(told[way], alone["tokens"], strict=True)]
        upto = same.index(False) + 1 if False in same else len(same)
        difference = (logits[:upto] - expected[:upto]).abs().max()
        found[way] = {"delta": float(difference / expected.abs().max()), "same": sum(same),
                      "tokens": len(same)}  # fmt: skip
    return found


@dataclass(frozen=True, kw_only=True)
class Flow:
    """Micro-batches through the stages: per rank [micro-batch, start, end] of the median run."""

    split: str
    micro_batches: int
    stages: list[list[tuple[int, float, float]]]
    makespan_s: float
    idle: float  # share of all ranks' time
    spread: float  # interquartile range of the makespan over its median


def flows(
    ranks: Ranks, prompt: list[int], micro_batches: Sequence[int], repeats: int
) -> Iterator[Flow]:
    """Prefill of m prompts of one length through both ways of cutting, for each m."""
    for split in SPLITS:
        for count in micro_batches:
            runs = sorted(
                (_flow(ranks, split, prompt, count) for _ in range(repeats)),
                key=lambda flow: flow.makespan_s,
            )
            middle = runs[len(runs) // 2]
            quarter = max(1, len(runs) // 4)
            spread = (runs[-quarter].makespan_s - runs[quarter - 1].makespan_s) / middle.makespan_s
            yield replace(middle, spread=spread)


def _flow(ranks: Ranks, split: str, prompt: list[int], count: int) -> Flow:
    replies = ranks.ask("pipelined", model=split, prompts=[[prompt]] * count, new_tokens=1)
    stages = [[(s[0], s[2], s[3]) for s in reply["spans"]] for reply in replies]
    begin = min(start for spans in stages for _, start, _ in spans)
    end = max(end for spans in stages for _, _, end in spans)
    busy = sum(end - start for spans in stages for _, start, end in spans)
    moved = [[(m, a - begin, b - begin) for m, a, b in spans] for spans in stages]
    whole = end - begin
    return Flow(split=split, micro_batches=count, stages=moved, makespan_s=whole,
                idle=1 - busy / (len(stages) * whole), spread=0.0)  # fmt: skip
