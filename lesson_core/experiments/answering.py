"""One greedy answer by any recipe: plain, or with a drafter in front."""

from collections.abc import Iterator
from typing import Any

from lesson_core.clock import Clock
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Loaded
from lesson_core.generate import speculative
from lesson_core.generate.decode import generate
from lesson_core.generate.sample import Sampler
from lesson_core.generate.speculative_draft import Lookup
from lesson_core.schema.events import Event
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.specs import Sampling


def answer(
    loaded: Loaded, recipe: Recipe, ids: list[int], new_tokens: int, clock: Clock
) -> Iterator[Event]:
    """Passes and tokens of an answer, timed from here on; tokenizing is not part of it.

    The look-up is the only drafter here; ValueError for another one.
    """
    room = len(ids) + new_tokens + recipe.draft_tokens
    cache = setting.cache_for(loaded, recipe.cache, min(room, loaded.config.max_seq_len))
    start = clock()
    if recipe.drafting == "none":
        yield from generate(
            loaded.model, loaded.tokenizer, ids, new_tokens=new_tokens,
            sampler=Sampler(Sampling()), cache=cache, clock=clock, start_s=start,
        )  # fmt: skip
        return
    if recipe.drafting != "lookup":
        raise ValueError(f"no drafter {recipe.drafting} here")
    rounds = speculative.speculate(
        loaded.model, ids, new_tokens=new_tokens, drafter=Lookup(), gamma=recipe.draft_tokens,
        sampling=Sampling(), cache=cache, clock=clock, eos_ids=loaded.tokenizer.eos_ids,
    )  # fmt: skip
    yield from speculative.answer(rounds, loaded.tokenizer, start)


def token_bars(events: list[Event]) -> Iterator[dict[str, Any]]:
    """One bar per token, as the token clock draws them; tokens of one pass share its time."""
    last_ms = 0.0
    for event in events:
        if event.stage != "sample" or event.end_s is None:
            continue
        end_ms = event.end_s * 1e3
        yield {
            "kind": "decode" if event.step else "prefill", "start_ms": last_ms, "end_ms": end_ms,
            "text": event.text or "", "id": event.token_id,
            "control": bool(event.detail.get("control")),
        }  # fmt: skip
        last_ms = end_ms
