"""Jobs `spot_timing` and `spot_output`: a known-wrong implementation at work, for a puzzle.

- `progress`, `code` (the wrong function and the right one).
- `result` {scene, mistake, table: plain Table, right: plain Table, values (what fills the words of
  the scene), passed_over (mistakes whose effect did not show), environment (of a timing)}.

The mistake is drawn by the seed. Timings take the bundled model on one thread; where this machine
does not show the effect of a mistake clearly, and only that one, the next one is drawn. Raises
LabError("spot_unclear") where none shows.
"""

import functools
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from lesson_core.artefacts.registry import FALLBACK
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.measure.timers import arms, per_token
from lesson_core.measure.timers.engine import Engine
from lesson_core.model import weights
from lesson_core.model.device import DTYPES
from lesson_core.model.threads import using_threads
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.schema.spot import SpotOutput, SpotTiming, Table
from lesson_core.tasks.mistakes import acceptance, attention, decoder, int8, sampling
from lesson_core.tasks.mistakes.shown import Scene, clear_seed

PROMPT = (
    "The old man lived in a small house by the sea. Every morning he went down to the water "
    "and looked at the boats. "
) * 4
TOKENS = 12
SCENES: dict[str, Any] = {
    "attention": attention, "sampling": sampling, "decoder": decoder, "acceptance": acceptance,
    "int8": int8,
}  # fmt: skip
Attempt = tuple[Table, Table, bool]  # the wrong way, the right one, and whether it is clear


def output(spec: SpotOutput, lab: Lab) -> Iterator[Event]:
    """A wrong function and the right one on the same input."""
    yield setting.progress("load_model")
    scene: Scene = SCENES[spec.scene]
    wrong = Random(spec.seed).choice(scene.WRONG)
    yield setting.code(scene.right, wrong)
    with using_threads(1):  # a few numbers each
        seed = clear_seed(scene, spec.seed)
        table, right = (scene.table(function, seed) for function in (wrong, scene.right))
    yield Event(stage="result", detail={
        "scene": spec.scene, "mistake": wrong.__name__, "passed_over": 0,
        "table": to_plain(table), "right": to_plain(right), "values": scene.VALUES,
    })  # fmt: skip


def timing(spec: SpotTiming, lab: Lab) -> Iterator[Event]:
    """One wrong timer after the other, in the order of the seed, until one shows itself."""
    yield setting.progress("load_model")
    loaded = lab.model(Recipe(model=FALLBACK, device="cpu", precision="fp32", threads=1))
    engine = engine_of(loaded, lab)
    module, attempt = (arms, _arms) if spec.scene == "arms" else (per_token, _per_token)
    drawn = Random(spec.seed).sample(module.WRONG, len(module.WRONG))
    for passed_over, wrong in enumerate(drawn):
        if lab.cancelled():
            return
        yield setting.progress("repeat", passed_over, len(drawn))
        table, right, clear = attempt(engine, wrong)
        if clear:
            yield setting.code(module.right, wrong)
            yield Event(stage="result", detail={
                "scene": spec.scene, "mistake": wrong.__name__, "passed_over": passed_over,
                "table": to_plain(table), "right": to_plain(right),
                "values": {"prompt": len(engine.prompt), "tokens": engine.tokens},
                "environment": to_plain(loaded.environment),
            })  # fmt: skip
            return
    raise LabError("spot_unclear")


def engine_of(loaded: Loaded, lab: Lab) -> Engine:
    """The prompt on the model that was loaded; `load` reads its files again."""
    return Engine(
        model=loaded.model, tokenizer=loaded.tokenizer, tokens=TOKENS, clock=lab.clock,
        prompt=loaded.tokenizer.encode(PROMPT),
        load=functools.partial(
            weights.load, loaded.folder, dtype=DTYPES[loaded.dtype_name], device=loaded.device
        ),
    )  # fmt: skip


def _arms(engine: Engine, wrong: Callable[..., Any]) -> Attempt:
    """Measured properly, the two must look alike, and much more so than the mistake says."""
    report, right = wrong(engine), arms.right(engine)
    off, noise = (abs(one.told["A"] / one.told["B"] - 1) for one in (report, right))
    clear = noise < 0.15 and off > 2 * noise + 0.03
    clear = clear and arms.explanations(report) == {wrong.__name__}
    return arms.table(report), arms.table(right), clear


def _per_token(engine: Engine, wrong: Callable[..., Any]) -> Attempt:
    runs, prompt = per_token.log(engine), len(engine.prompt)
    told = wrong(runs, prompt)
    clear = per_token.explanations(runs, told, prompt) == {wrong.__name__}
    right = per_token.table(runs, per_token.right(runs, prompt), prompt)
    return per_token.table(runs, told, prompt), right, clear
