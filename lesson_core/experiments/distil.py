"""Job `distil`: three students of one size learn side by side, one of them from a teacher's logits.

Events: `progress` {what: "load_model"}, `code`, `data` {what: "start", teacher, teacher_loss,
teacher_params, student_params}, then every few seconds `data` {what: "step", step, seconds, loss:
{plain, soft, written}}, and `result` {teacher, student, temperature, weight, teacher_loss,
teacher_params, student_params, steps, seconds, curve: [step…], arms: {arm: {loss, kl, same}},
environment}. Losses are nats per token on text for checks, not on the one that recorded runs are
judged by: here one may try settings until one of them looks good.
"""

from collections.abc import Iterator
from typing import Any

from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab
from lesson_core.model.threads import using_threads
from lesson_core.schema.distil import Distil
from lesson_core.schema.events import Event
from lesson_core.schema.plain import to_plain
from lesson_core.schema.recipe import Recipe
from lesson_core.speed import distil
from lesson_core.tasks.distil import compare, train
from lesson_core.tasks.distil.text import Text
from lesson_core.tasks.ladder import rungs
from lesson_core.theory import costs

EVERY_S = 2.5  # between two looks
STEPS = 2000  # more than any machine takes in the time


def run(spec: Distil, lab: Lab) -> Iterator[Event]:
    """Train until the time is over; a look at all students every few seconds. One thread: a second
    gains little on matrices this small, and on busy cores every step waits for it."""
    with using_threads(1):
        yield from _run(spec, lab)


def _run(spec: Distil, lab: Lab) -> Iterator[Event]:
    yield setting.progress("load_model")
    recipe = Recipe(model=spec.recipe.model, device="cpu", precision="fp32", threads=1)
    loaded = lab.model(recipe)
    rung, teacher = rungs.named(spec.student), loaded.model
    if loaded.config.vocab_size != rung.vocab_size:
        raise LabError("distil_other_words", teacher=spec.recipe.model)
    yield setting.code(
        distil.distillation_loss, distil.SoftLoss.forward, train.learn, train.loss
    )  # fmt: skip
    text = Text.load()
    checked = compare.glance(text)
    plan = {
        "teacher": spec.recipe.model, "student": spec.student, "temperature": spec.temperature,
        "weight": spec.weight, "teacher_loss": compare.loss_on(teacher, checked),
        "teacher_params": costs.total_parameters(loaded.config),
        "student_params": costs.total_parameters(rung.config),
    }  # fmt: skip
    yield Event(stage="data", detail={"what": "start", **plan})
    begun = looked = lab.clock()

    def progress(step: int) -> float:
        return max((step + 1) / (STEPS + 1), (lab.clock() - begun) / spec.seconds)

    settings = train.Settings(rung=rung, steps=STEPS, seed=spec.seed, weight=spec.weight,
                              temperature=spec.temperature)  # fmt: skip
    curve: list[dict[str, Any]] = []
    for step, found in train.learn(teacher, text, settings, progress):
        if lab.cancelled():
            return
        if lab.clock() - looked >= EVERY_S or not curve:
            losses = {one.arm: compare.loss_on(one.model, checked) for one in found}
            looked = lab.clock()
            curve.append({"step": step, "seconds": looked - begun, "loss": losses})
            yield Event(stage="data", detail={"what": "step", **curve[-1]})
    arms = {
        one.arm: {"loss": compare.loss_on(one.model, checked),
                  **compare.beside(one.model, teacher, checked)}
        for one in found
    }  # fmt: skip
    yield Event(stage="result", detail={
        **plan, "steps": step, "seconds": lab.clock() - begun, "curve": curve, "arms": arms,
        "environment": to_plain(loaded.environment),
    })  # fmt: skip
