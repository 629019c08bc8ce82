"""Job `parallelism`: a decode step on one process, shared by tensors, and shared by stages.

Two processes of `parallel.launch` hold the model in fp32, one thread each; the worker only asks.
Unwatched. Events in order:

- `progress` {what: "load_model" | "start_ranks" | "measure_link" | "measure_parts" | "turn" |
  "flow", done, total}, `code`.
- `data` {what: "link", points: [{size, median_s, low_s, high_s}], latency_s, bandwidth, error (the
  median, each size predicted from the others)}.
- `data` {what: "predicted", ways: {way: seconds by cause}, sharing}, before any step is run.
- `data` {what: "proof", way: {delta, same, tokens}} for "tensor" and "pipeline".
- `data` {what: "turn", way, round, step_s (median of the answer), talk_s}: ways are "single",
  "tensor", "pipeline", and "flight": two requests in the pipeline, counted per token.
- `data` {what: "flow", split, micro_batches, stages, makespan_s, idle, equal, general, spread}.
- `result` {samples: {way: [..]}, talk_s, predicted, proof, link, sharing, flows, shares, steps:
  [{measured_s, parts_s}] of the tensor-parallel step, tokens_in, device, environment}.
"""

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.measure import sharing
from lesson_core.parallel import pipeline, tensor
from lesson_core.parallel.launch import Ranks, Stopped, device_for
from lesson_core.schema.events import Event
from lesson_core.schema.parallelism import MICRO_BATCHES, RANKS, Parallelism
from lesson_core.schema.plain import to_plain
from lesson_core.theory import parallelism, stats

WAYS = ("single", "tensor", "pipeline", "flight")


def run(spec: Parallelism, lab: Lab) -> Iterator[Event]:
    """Measure the parts, predict, then take turns."""
    yield setting.progress("load_model")
    loaded = lab.model(_plain(spec))
    ids, _ = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
    yield setting.code(tensor.shard, tensor.SummedLinear.forward, pipeline.forward,
                       pipeline.generate)  # fmt: skip
    yield setting.progress("start_ranks")
    device = device_for(RANKS)
    try:
        with Ranks(RANKS, device=device, cancelled=lab.cancelled) as ranks:
            give(ranks, loaded)
            yield from _measured(spec, lab, loaded, ids, ranks, device)
    except Stopped:
        return


def give(ranks: Ranks, loaded: Loaded) -> None:
    """Let the ranks read the files that the lab has checked."""
    sharing.give(ranks, loaded.folder, loaded.config)


def _plain(spec: Parallelism) -> Any:
    return replace(spec.recipe, precision="fp32", threads=1, compile="none", attention="sdpa",
                   pruning="none", drafting="none", kv_precision="same")  # fmt: skip


def _measured(
    spec: Parallelism, lab: Lab, loaded: Loaded, ids: list[int], ranks: Ranks, device: str
) -> Iterator[Event]:
    config = loaded.config
    yield setting.progress("measure_link")
    link = _link(ranks)
    yield _data("link", **link)
    yield setting.progress("measure_parts")
    found = sharing.calibrate(ranks, config, parallelism.Link(link["latency_s"], link["bandwidth"]))
    predicted = parallelism.step_parts(config, 4, RANKS, found)
    yield _data("predicted", ways=predicted, sharing=asdict(found))
    proof = sharing.proof(ranks, ids, spec.new_tokens)
    yield _data("proof", **proof)
    turns: list[dict[str, Any]] = []
    for event in _turns(spec, ranks, ids):
        turns += [event.detail] if event.stage == "data" else []
        yield event
    flows: list[dict[str, Any]] = []
    yield setting.progress("flow")
    for flow in sharing.flows(
        ranks, _repeated(ids, spec.flow_tokens), MICRO_BATCHES, spec.flow_repeats
    ):
        flows.append(_flow(flow, flows))
        yield _data("flow", **flows[-1])
    samples = {way: [t["step_s"] for t in turns if t["way"] == way] for way in WAYS}
    shared = parallelism.busiest_share(config, RANKS) / sum(parallelism.stage_weights(config))
    yield Event(
        stage="result",
        detail={
            "samples": samples,
            "talk_s": stats.median([t["talk_s"] for t in turns if t["way"] == "tensor"]),
            "predicted": predicted,
            "proof": proof,
            "link": link,
            "sharing": asdict(found),
            "flows": flows,
            "busiest": shared,
            "groups": list(parallelism.shares(config.n_kv_heads, RANKS)),
            "layers": config.n_layers,
            "message": config.d_model * 4,
            "ends": list(parallelism.layer_cuts(config, RANKS, "weights")),
            "steps": [{"measured_s": s, "parts_s": predicted["tensor"]}
                      for s in samples["tensor"]],
            "flow_tokens": spec.flow_tokens,
            "tokens_in": len(ids),
            "device": device,
            "environment": to_plain(loaded.environment),
        },
    )  # fmt: skip


def _link(ranks: Ranks) -> dict[str, Any]:
    points = sharing.all_reduces(ranks, sharing.SIZES, 30)
    link = sharing.link_of(points, RANKS)
    return {
        "points": [{"size": p.size, "median_s": p.median_s,
                    "low_s": stats.quantile(p.samples_s, 0.25),
                    "high_s": stats.quantile(p.samples_s, 0.75)} for p in points],
        **asdict(link),
        "error": sharing.left_out_error(points, RANKS),
    }  # fmt: skip


def _turns(spec: Parallelism, ranks: Ranks, ids: list[int]) -> Iterator[Event]:
    """Every way once per round, so that a slow minute hits all of them alike."""
    for way in WAYS:
        sharing.token_times(ranks, way, ids, 4)  # warm
    for turn in range(spec.rounds):
        yield setting.progress("turn", turn, spec.rounds)
        for way in WAYS:
            found = sharing.token_times(ranks, way, ids, spec.new_tokens)
            talk = stats.median(found["talk_s"]) if found["talk_s"] else 0.0
            step = stats.median(found["seconds"])
            yield _data("turn", way=way, round=turn, step_s=step, talk_s=talk)


def _flow(flow: sharing.Flow, before: list[dict[str, Any]]) -> dict[str, Any]:
    """With what the two formulas say; the stages' times are those of one micro-batch alone."""
    alone = next((f["alone_s"] for f in before if f["split"] == flow.split), None)
    alone = alone or [stats.median([b - a for _, a, b in spans]) for spans in flow.stages]
    return {
        **asdict(flow),
        "alone_s": alone,
        "equal": parallelism.equal_bubble(len(alone), flow.micro_batches),
        "general": parallelism.bubble(alone, flow.micro_batches),
    }


def _repeated(ids: list[int], tokens: int) -> list[int]:
    return (ids * (tokens // len(ids) + 1))[:tokens]


def _data(what: str, **values: object) -> Event:
    return Event(stage="data", detail={"what": what, **values})
