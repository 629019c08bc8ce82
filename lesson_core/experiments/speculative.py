"""Job `speculative`: one prompt plainly and with a drafter, what that costs, and other γ.

Events in order. Times of rounds do not contain the sending of events.

- `progress` {what: "load_model" | "plain" | "cost" | "sweep", done, total}; `code`.
- `data` {what: "plain", tokens, decode_s}: the answer without drafts, unwatched.
- per round `prefill` or `decode`, then its `sample`s, as in `generate.speculative.answer`.
- `data` {what: "cost", width, seconds}: a pass over `width` new positions.
- `data` {what: "sweep", gamma, speedup, predicted, alpha}: the whole answer again with another γ;
  predicted by the α of the watched run and the measured costs.
- `result` {gamma, tokens_in, tokens_out, finish, speedup (decode), predicted, alpha, rounds,
  drafted (rounds with a draft), tokens_per_draft, expected_tokens, verify_cost, draft_cost (in
  decode steps), step_s, parts_s (mean of a drafted round: draft, check, rest), same, split (first
  token that differs), margin, sweep, environment}.

Greedy, so both sides have to say the same. LabError("needs_two_tokens"), those of the drafters,
and those of loading a model.
"""

from collections.abc import Iterator
from statistics import fmean
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.experiments.speculative_setup import Setup
from lesson_core.generate import flat_many
from lesson_core.generate.speculative import Round, Verifier, answer, judge
from lesson_core.generate.speculative_accept import accept, accept_greedy
from lesson_core.generate.speculative_draft import DraftModel, EarlyExit, Lookup
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.specs import Speculation
from lesson_core.theory import speculative as theory

GAMMAS = (1, 2, 4, 6, 8, 12)
DRAFTS = {"lookup": Lookup.propose, "model": DraftModel.propose, "skip": EarlyExit.propose}


def run(spec: Speculation, lab: Lab) -> Iterator[Event]:
    """See the module for what comes when."""
    yield setting.progress("load_model")
    setup = Setup(spec, lab, lab.model(spec.recipe))
    draft = DRAFTS[spec.recipe.drafting]
    yield setting.code(judge, draft, Verifier.__call__, flat_many.step, accept_greedy, accept)
    yield setting.progress("plain")
    gamma = spec.recipe.draft_tokens
    list(setup.fast(gamma))  # the first passes of a process pay for allocations
    setup.plain()
    plain = setup.plain()
    if len(plain) < 2:
        raise LabError("needs_two_tokens")
    told = {"what": "plain", "tokens": len(plain), "decode_s": seconds(plain[1:])}
    yield Event(stage="data", detail=told)
    rounds: list[Round] = []
    for event in answer(kept(setup.fast(gamma), rounds), setup.loaded.tokenizer, lab.clock()):
        if lab.cancelled():
            return
        yield event
    costs: dict[int, float] = {}
    for width in sorted({1, gamma + 1, *(other + 1 for other in GAMMAS)}):
        if lab.cancelled():
            return
        costs[width] = setup.pass_s(width)
        detail = {"what": "cost", "width": width, "seconds": costs[width]}
        yield Event(stage="data", detail=detail)
    known = facts(gamma, plain, rounds, costs)
    sweep = []
    for other in GAMMAS:
        if lab.cancelled():
            return
        sweep.append(tried(other, seconds(plain[1:]), list(setup.fast(other)), known, costs))
        yield Event(stage="data", detail={"what": "sweep", **sweep[-1]})
    yield Event(stage="result", detail=known | agreement(setup, plain, rounds) | {"sweep": sweep})


def kept(rounds: Iterator[Round], into: list[Round]) -> Iterator[Round]:
    """The rounds, each also put into a list."""
    for found in rounds:
        into.append(found)
        yield found


def seconds(rounds: list[Round]) -> float:
    """Time in the rounds themselves; what lies between them belongs to whoever watches."""
    return sum(found.end_s - found.start_s for found in rounds)


def alpha_of(rounds: list[Round]) -> float | None:
    """The acceptance rate of these rounds."""
    return theory.acceptance_rate([(len(r.proposed), r.accepted) for r in rounds])


def facts(
    gamma: int, plain: list[Round], rounds: list[Round], costs: dict[int, float]
) -> dict[str, Any]:
    """What the watched run showed, and what the formula makes of its α and the measured costs."""
    later = rounds[1:]
    drafted = [found for found in later if found.proposed]
    known: dict[str, Any] = {
        "gamma": gamma,
        "speedup": seconds(plain[1:]) / seconds(later),
        "alpha": alpha_of(later),
        "rounds": len(later),
        "drafted": len(drafted),
        "step_s": costs[1],
        "verify_cost": costs[gamma + 1] / costs[1],
        "draft_cost": 0.0,
        "tokens_per_draft": None,
        "expected_tokens": None,
        "predicted": None,
        "parts_s": None,
    }
    if drafted:
        proposed = sum(len(found.proposed) for found in drafted)
        draft_s = sum(found.drafted_s - found.start_s for found in drafted)
        known["draft_cost"] = draft_s / proposed / costs[1]
        known["tokens_per_draft"] = fmean(found.accepted + 1 for found in drafted)
        known["expected_tokens"] = theory.expected_tokens(known["alpha"], gamma)
        known["predicted"] = predicted(gamma, known, costs)
        round_s = seconds(drafted) / len(drafted)
        parts = {"draft": draft_s / len(drafted), "check": costs[gamma + 1]}
        known["parts_s"] = {**parts, "rest": round_s - sum(parts.values())}
    return known


def predicted(gamma: int, known: dict[str, Any], costs: dict[int, float]) -> float:
    """The decode speed-up by the formula."""
    return theory.answer_speed_up(
        known["alpha"],
        gamma,
        known["draft_cost"],
        costs[gamma + 1] / costs[1],
        known["drafted"] / known["rounds"],
    )


def tried(
    gamma: int,
    plain_s: float,
    rounds: list[Round],
    known: dict[str, Any],
    costs: dict[int, float],
) -> dict[str, Any]:
    """Another γ: measured once, and predicted from the watched run."""
    return {
        "gamma": gamma,
        "speedup": plain_s / seconds(rounds[1:]),
        "predicted": None if known["alpha"] is None else predicted(gamma, known, costs),
        "alpha": alpha_of(rounds[1:]),
    }


def agreement(setup: Setup, plain: list[Round], rounds: list[Round]) -> dict[str, Any]:
    """Whether both sides said the same, and where not, how near the tie was."""
    one = [token for found in plain for token in found.tokens]
    other = [token for found in rounds for token in found.tokens]
    pairs = enumerate(zip(one, other, strict=False))
    split = next((i for i, (a, b) in pairs if a != b), None)
    return {
        "tokens_in": len(setup.ids),
        "tokens_out": len(other),
        "finish": "eos" if other[-1] in setup.eos_ids else "length",
        "same": one == other,
        "split": None if split is None else split + 1,
        "margin": None if split is None else setup.margin(one[:split]),
        "environment": to_plain(setup.loaded.environment),
    }
