"""The wrong timers are wrong in the way they are named after, and only a clear log is a puzzle."""

from collections.abc import Callable
from statistics import fmean, median

import pytest

from lesson_core.measure.timers import arms, per_token
from lesson_core.measure.timers import engine as engines
from lesson_core.measure.timers.arms import Report
from lesson_core.measure.timers.engine import RUNS, Engine, Run
from tests.experiments.fake_lab import FakeLab, byte_tokenizer, tiny_model


@pytest.fixture
def engine(tmp_path, monkeypatch) -> Engine:
    """Every look at the clock takes a millisecond; loading takes half a second."""
    monkeypatch.setattr(engines, "DISTURBED", 10)
    lab = FakeLab(tmp_path)

    def load():
        lab.now += 0.5
        lab.loads += 1
        return tiny_model()

    return Engine(model=tiny_model(), tokenizer=byte_tokenizer(tmp_path, True), clock=lab.clock,
                  prompt=list(range(40, 60)), tokens=8, load=load)  # fmt: skip


def run(first: float = 0.05, step: float = 0.01, tokens: int = 12, extra: float = 0.0) -> Run:
    return Run(first, first + step * (tokens - 1) + extra, tokens)


def report(a: list[Run], b: list[Run], middle: Callable[..., float] = median) -> Report:
    runs = {"A": a, "B": b}
    return Report(runs, {arm: middle([one.total_s for one in of]) for arm, of in runs.items()})


USUAL = [run(), run(), run(extra=0.2), run(), run()]
LOGS = {
    "restarted": report([run(first=0.2)] * 5, USUAL),
    "not_awaited": report(USUAL, [Run(0.05, 1e-6, 12)] * 5),
    "without_prefill": report(USUAL, [Run(0.05, 0.11, 12)] * 5),
    "shorter_answers": report(USUAL, [run(tokens=6)] * 5),
    "kept_prompt": report(USUAL, [run(first=0.01)] * 5),
    "mean": report(USUAL, [run()] * 5, fmean),
}


@pytest.mark.parametrize("name", LOGS)
def test_each_mistake_has_a_sign_of_its_own(name: str) -> None:
    assert arms.explanations(LOGS[name]) == {name}


def test_a_proper_log_bears_no_sign() -> None:
    assert arms.explanations(report(USUAL, USUAL)) == set()
    assert set(LOGS) == {function.__name__ for function in arms.WRONG}


def test_the_mean_without_a_disturbance_shows_nothing() -> None:
    assert arms.explanations(report([run()] * 5, [run()] * 5, fmean)) == set()


def test_the_timers_do_what_they_are_named_after(engine: Engine) -> None:
    right = arms.right(engine)
    assert all(len(runs) == RUNS for runs in right.runs.values())
    assert right.told["A"] == pytest.approx(right.told["B"])
    assert all(one.told["A"] / one.told["B"] > 1.1 for one in map(
        lambda f: f(engine), (arms.restarted, arms.not_awaited, arms.without_prefill,
                              arms.shorter_answers)))  # fmt: skip
    unread = arms.not_awaited(engine).runs["B"]
    assert all(one.total_s < one.first_s for one in unread)
    short = arms.shorter_answers(engine).runs
    assert {one.tokens for one in short["A"]} == {8} and {one.tokens for one in short["B"]} == {4}


def test_the_mean_is_told_where_the_median_belongs(engine: Engine) -> None:
    found = arms.mean(engine)
    assert found.told["A"] == pytest.approx(fmean(one.total_s for one in found.runs["A"]))


def test_a_kept_prompt_gives_the_same_answer(engine: Engine) -> None:
    def ids(**how: object) -> list[int | None]:
        return [e.token_id for e in engine.answer(**how) if e.stage == "sample"]

    assert ids() == ids(cache=engine.kept_prompt())
    assert engine.kept_prompt().length == len(engine.prompt) - 1
    passes = [e for e in engine.answer(cache=engine.kept_prompt()) if e.stage == "prefill"]
    assert passes[0].shape == (1, 1)


def test_nothing_happens_before_an_answer_is_read(engine: Engine) -> None:
    before = engine.clock()
    begun = engine.answer()
    assert engine.clock() - before == pytest.approx(0.001)
    assert len([e for e in begun if e.stage == "sample"]) == 8


RUNS_SEEN = [run(extra=0.1), run(step=0.0112), run(step=0.0093), run(step=0.0106), run(step=0.0104)]


@pytest.mark.parametrize("function", per_token.WRONG, ids=lambda function: function.__name__)
def test_every_way_to_a_time_per_token_is_told_from_the_others(function) -> None:
    told = function(RUNS_SEEN, 100)
    assert per_token.explanations(RUNS_SEEN, told, 100) == {function.__name__}


def test_right_is_the_definition(engine: Engine) -> None:
    assert per_token.right([run()] * 3, 100) == pytest.approx(0.01)
    assert per_token.by_n([run()] * 3, 100) == pytest.approx(0.01 * 11 / 12)
    assert len(per_token.log(engine)) == RUNS


def test_a_quiet_log_does_not_tell_the_fastest_from_the_usual() -> None:
    same = [run()] * 5
    told = per_token.fastest(same, 100)
    assert {"fastest", "right"} <= per_token.explanations(same, told, 100)
