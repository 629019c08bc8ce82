"""What each experiment on a prompt is allowed to expect: a card, and from it a prediction.

The card is the saved one if it speaks of this machine, device and number of threads; otherwise a
mini card is measured once per model and worker, so that the very first run has a bound too.
"""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

from lesson_core.clock import Clock
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.measure.machine import mini_card
from lesson_core.schema.card import Card
from lesson_core.schema.events import Event
from lesson_core.schema.kv_cache import KvCacheTwins
from lesson_core.schema.measuring import Measuring
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import CacheKind, Recipe
from lesson_core.schema.results import Environment, Prediction
from lesson_core.schema.specs import MeasureClock, PipelineTrace, TokenClock
from lesson_core.theory import costs, operators, roofline


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is expected of one answer: per pass its cost and its predicted time."""

    card: Card
    rates: roofline.Rates
    working_set: int
    cache: CacheKind
    passes: tuple[operators.Step, ...]  # step 0 (prefill), 1, …
    times: tuple[Prediction, ...]

    def ttft(self) -> Prediction:
        """The first token: prefill (tokenizing and sampling are not predicted)."""
        return self.times[0]

    def tpot(self, tokens: int) -> Prediction:
        """The average decode step of an answer of `tokens` tokens (at least one step)."""
        return roofline.mean(self.times[1 : max(2, tokens)])

    def e2e(self, tokens: int) -> Prediction:
        """All passes of an answer of `tokens` tokens."""
        return roofline.total(self.times[:tokens])

    def rows(self, step: int) -> list[dict[str, object]]:
        """The operators of a pass as plain rows; those of a layer for one layer."""
        cost = self.passes[step]
        parts = {"embed": cost.embed, "layer": cost.layer, "head": cost.head}
        return [{"part": name, **vars(row)} for name, part in parts.items() for row in part]

    def kept(self, tokens: int) -> int:
        """Tokens whose keys and values are in the cache after an answer of `tokens` tokens."""
        return 0 if self.cache == "none" else self.passes[tokens - 1].context


@dataclass(frozen=True, kw_only=True)
class Ready:
    """Everything before the first pass. `tokenize_s` was measured."""

    loaded: Loaded
    ids: list[int]
    chat: bool
    tokenize_s: float
    plan: Plan

    def event(self, recipe: Recipe, new_tokens: int) -> Event:
        """The `data` event with what is expected, before anything runs."""
        return prediction(self.loaded, recipe, self.chat, self.plan, new_tokens)


def begin(
    spec: TokenClock | PipelineTrace | MeasureClock | KvCacheTwins | Measuring,
    lab: Lab,
    *runs: Any,
) -> Generator[Event, None, Ready]:
    """Load the model, announce the functions that will run, tokenize, find a card, predict."""
    yield setting.progress("load_model")
    loaded = lab.model(spec.recipe)
    yield setting.code(*runs)
    start = lab.clock()
    ids, chat = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
    tokenize_s = lab.clock() - start
    card = known_card(spec.card, loaded)
    if card is None:
        yield setting.progress("measure_bound")
        card = take_card(loaded, len(ids) + spec.new_tokens, lab.clock)
    made = plan(loaded, card, len(ids), spec.new_tokens, spec.recipe.cache)
    return Ready(loaded=loaded, ids=ids, chat=chat, tokenize_s=tokenize_s, plan=made)


def plan(loaded: Loaded, card: Card, prompt: int, new_tokens: int, cache: CacheKind) -> Plan:
    """Price every pass of an answer and predict its time with the card's rates."""
    config, scheme = loaded.config, loaded.scheme
    working_set = roofline.working_set(config, prompt + new_tokens, scheme=scheme)
    rates = roofline.rates_of(card, loaded.dtype_name, working_set)
    lengths = [prompt + step for step in range(max(2, new_tokens))]
    # Without a cache every pass runs the whole text again.
    new = lengths if cache == "none" else [prompt] + [1] * (len(lengths) - 1)
    pairs = zip(new, lengths, strict=True)
    steps = tuple(operators.step(config, t, s, scheme=scheme) for t, s in pairs)
    return Plan(
        card=card,
        rates=rates,
        working_set=working_set,
        cache=cache,
        passes=steps,
        times=tuple(roofline.time_of(step.operators(), rates) for step in steps),
    )


def prediction(loaded: Loaded, recipe: Recipe, chat: bool, made: Plan, new_tokens: int) -> Event:
    """The `data` event with what is expected, before anything runs."""
    config, scheme = loaded.config, loaded.scheme
    bounds = [roofline.bound_s(time) for time in made.times]
    detail = {
        "what": "prediction",
        "model": recipe.model,
        "chat": chat,
        "tokens_in": made.passes[0].new_tokens,
        "new_tokens": new_tokens,
        "weight_bytes": costs.stored_bytes(config, scheme),
        "weights_read_bytes": costs.read_bytes_per_step(config, scheme),
        "kv_bytes_per_token": costs.kv_token_bytes(config, scheme),
        "working_set_bytes": made.working_set,
        "bandwidth_bytes_per_s": made.card.bandwidth_at(made.working_set),
        "ttft": to_plain(made.ttft()),
        "tpot": to_plain(made.tpot(new_tokens)),
        "steps_s": [time.total_s for time in made.times[:new_tokens]],
        "bound_s": roofline.bound_s(made.tpot(new_tokens)),
        "bound_steps_s": bounds[:new_tokens],
        "card": to_plain(made.card),
    }
    return Event(stage="data", detail=detail)


def priced(event: Event, step: operators.Step) -> Event:
    """The event of a pass or stage with its predicted bytes (weights and KV) and FLOPs."""
    return replace(event, bytes=step.traffic_bytes, flops=step.flops)


_minis: dict[tuple[object, ...], Card] = {}
"""Mini cards of this worker, by what they were taken for."""


def usable(card: Card | None, environment: Environment) -> bool:
    """Whether a saved card speaks of this machine, this device and this number of threads."""
    if card is None:
        return False
    here, there = environment, card.environment
    same = here.machine_id == there.machine_id and here.device == there.device
    return same and here.threads == there.threads


def known_card(card: Card | None, loaded: Loaded) -> Card | None:
    """The card to predict with, if there is one without measuring."""
    if card is not None and usable(card, loaded.environment):
        return card
    return _minis.get(_mini_key(loaded))


def take_card(loaded: Loaded, tokens: int, clock: Clock) -> Card:
    """Measure a mini card at this model's own working set, and remember it."""
    working_set = roofline.working_set(loaded.config, tokens, scheme=loaded.scheme)
    threads = loaded.environment.threads
    card = mini_card(loaded.device, threads, working_set, loaded.dtype_name, clock)
    _minis[_mini_key(loaded)] = card
    return card


def _mini_key(loaded: Loaded) -> tuple[object, ...]:
    where = loaded.environment
    return (where.machine_id, where.device, where.threads, repr(loaded.scheme), loaded.config)
