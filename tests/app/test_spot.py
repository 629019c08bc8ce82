"""Spot the bug in the page: choose, check, read on; of outputs, timings and code."""

import re
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.compute.lab import Lab
from lesson_core.compute.shelf import Shelf
from lesson_core.experiments import spot
from lesson_core.learn import words
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.tiers import Probe, decide
from lesson_core.learn.spot import code, scenes
from lesson_core.learn.workbench import Workbench
from lesson_core.schema.answers import Answer
from lesson_core.schema.events import Event
from lesson_core.schema.spot import SpotOutput, SpotTiming
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui import spot_desk, workbench_bench
from pages.ui.plain_text import literal
from pages.ui.spot_desk import Puzzle
from tests.app.stored import keep
from tests.app.test_pages import opened

PAGE = "pages/practice/spot_the_bug.py"
LAB = Lab(shelf=Shelf(), cancelled=lambda: False)


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A workbench of this test's."""
    made = Workbench(tiers.standing("127.0.0.1"))
    monkeypatch.setattr(workbench_bench, "bench", lambda: made)
    yield made
    made.pool.close()


def output(scene: str = "attention", seed: int = 7) -> tuple[str, str]:
    """A finished run in the store: its id, and the mistake that ran."""
    spec = SpotOutput(scene=scene, seed=seed)
    events = list(spot.output(spec, LAB))
    return keep("spot_output", spec, events), events[-1].detail["mistake"]


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.code)
    return "\n".join(one.value for kind in kinds for one in kind)


def answer(app: AppTest, chosen: str | None) -> AppTest:
    radio = app.radio[0]
    if chosen is not None:
        radio.set_value(chosen)
    check = next(one for one in app.button if one.key and str(one.key).endswith(".check"))
    return check.click().run()


def kept() -> list[Answer]:
    return [one for one in Store.open().answers.all(learner=LEARNER) if one.page == "spot"]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_page_opens_with_a_button(lang: str) -> None:
    app = opened(PAGE, lang)
    assert not app.exception
    assert app.title[0].value == words.t(lang, "spot.title")
    assert app.button(key="spot.next").label == words.t(lang, "spot.draw")


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("name", spot.SCENES)
def test_a_right_answer_is_explained_marked_and_kept(name: str, lang: str) -> None:
    job, mistake = output(name)
    app = opened(PAGE, lang, job=job)
    assert not app.exception
    scene = scenes.scene(name)
    why = getattr(scene.mistakes[mistake].why, lang)
    assert why not in said(app) and len(app.radio[0].options) == 6
    app = answer(app, mistake)
    assert not app.exception
    assert why in said(app)
    assert any(f"# {scene.module}" in one.value for one in app.code)
    assert kept()[-1].value == {
        "puzzle": f"spot.{job}", "kind": "output", "chosen": mistake, "correct": True,
    }  # fmt: skip
    assert kept()[-1].key == f"spot.{name}.{mistake}"
    assert app.radio[0].disabled


def test_a_wrong_answer_says_how_that_one_would_look() -> None:
    job, mistake = output()
    other = next(name for name in scenes.scene("attention").mistakes if name != mistake)
    app = opened(PAGE, "en", job=job)
    sure = app.button_group[-1]
    sure.set_value(90)
    app = answer(app, other)
    assert scenes.scene("attention").mistakes[other].why.en in said(app)
    assert kept()[-1].value["correct"] is False and kept()[-1].confidence == 0.9


def test_a_reload_gives_no_second_try() -> None:
    job, mistake = output("attention")
    other = next(name for name in scenes.scene("attention").mistakes if name != mistake)
    answer(opened(PAGE, "en", job=job), other)
    before = len(kept())
    app = opened(PAGE, "en", job=job)
    assert not app.exception
    assert app.radio[0].disabled and app.radio[0].value == other
    assert scenes.scene("attention").mistakes[mistake].why.en in said(app)
    assert not any(str(one.key).endswith(".confidence") for one in app.button_group)
    assert len(kept()) == before


def test_without_a_choice_there_is_a_sentence_and_nothing_is_kept() -> None:
    before = len(kept())
    app = answer(opened(PAGE, "zh", job=output()[0]), None)
    assert words.t("zh", "spot.choose_first") in said(app)
    assert len(kept()) == before


def test_a_timing_shows_its_log_and_the_proper_one() -> None:
    table = {"columns": ["run", "first_ms", "total_ms", "tokens"],
             "rows": [["A 1", "30.1", "90.2", "12"]], "told": [["A", "90.2 ms"]]}  # fmt: skip
    right = {**table, "told": [["A", "60.0 ms"]]}
    functions = spot.setting.code(spot.arms.right, spot.arms.mean)
    result = {"scene": "arms", "mistake": "mean", "passed_over": 2, "table": table,
              "right": right, "values": {"prompt": 109, "tokens": 12}}  # fmt: skip
    job = keep("spot_timing", SpotTiming(scene="arms", seed=1),
               [functions, Event(stage="result", detail=result)])  # fmt: skip
    app = opened(PAGE, "en", job=job)
    assert not app.exception
    assert words.t("en", "spot.passed_over", n=2) in said(app) and "60" not in said(app)
    app = answer(app, "mean")
    assert not app.exception
    assert r"60\.0 ms" in said(app) and "fmean" in said(app)


def test_code_that_is_not_what_ran_is_not_shown() -> None:
    spec = SpotOutput(scene="int8", seed=7)
    events = [event for event in spot.output(spec, LAB) if event.stage != "code"]
    app = answer(opened(PAGE, "en", job=keep("spot_output", spec, events)), "one_scale")
    assert words.t("en", "spot.changed") in said(app)
    assert not any("def " in one.value for one in app.code)


def test_where_nothing_shows_the_page_says_so() -> None:
    spec = SpotTiming(scene="arms", seed=1)
    app = opened(PAGE, "en", job=keep("spot_timing", spec, [], "cancelled"))
    assert not app.exception
    assert words.t("en", "spot.cancelled") in said(app)


def test_a_puzzle_of_code(bench: Workbench) -> None:
    seed = next(seed for seed in range(99) if code.draw(seed)[0].id == "perplexity")
    problem, mistake = code.draw(seed)
    bench.key(problem, 1 + seed % 4).result(timeout=90)
    app = opened(PAGE, "en")
    app.session_state[spot_desk.SHOWN] = Puzzle("code", seed)
    app.run()
    assert not app.exception
    assert problem.mistakes[mistake].strip() in said(app)
    app = answer(app, f"perplexity.{mistake}")
    assert not app.exception
    assert problem.words.why.en in said(app)
    assert kept()[-1].value["correct"] is True


def test_where_no_code_may_run_the_other_kinds_do(monkeypatch, bench: Workbench) -> None:
    none = {"A": Probe("no_bwrap"), "B": Probe("no_landlock", "2")}
    bench.standing = decide(True, none)
    app = opened(PAGE, "en")
    app.session_state[spot_desk.SHOWN] = Puzzle("code", 1)
    app.run()
    assert not app.exception
    assert words.t("en", "spot.no_code") in said(app)
    assert {one.kind for one in spot_desk._all("any")} == {"timing", "output"}


def test_a_puzzle_of_code_is_found_again_by_its_link(bench: Workbench) -> None:
    seed = next(seed for seed in range(99) if code.draw(seed)[0].id == "perplexity")
    problem, mistake = code.draw(seed)
    bench.key(problem, 1 + seed % 4).result(timeout=90)
    app = opened(PAGE, "zh", puzzle=str(seed))
    assert not app.exception
    assert problem.mistakes[mistake].strip() in said(app)
    strange = opened(PAGE, "zh", puzzle="９" * 9)
    assert not strange.exception and strange.button(key="spot.next").label == words.t(
        "zh", "spot.draw"
    )


def test_the_page_of_progress_counts() -> None:
    """By what it was about, and how sure one was."""
    job, mistake = output("sampling")
    before = as_sure_as_70(said(opened("pages/practice/progress.py", "en")))
    app = opened(PAGE, "en", job=job)
    app.button_group[-1].set_value(70)
    answer(app, mistake)
    found = [one for one in kept() if one.key.startswith("spot.sampling.")]
    right = sum(one.value["correct"] for one in found)
    app = opened("pages/practice/progress.py", "en")
    assert not app.exception
    assert words.t("en", "spot.score_head") in said(app)
    about = literal(words.t("en", "lessons.what-is-an-llm.nav"))
    row = f"| {words.t('en', 'spot.output')} | {about} | {right} | {len(found)} |"
    assert row in said(app)
    assert as_sure_as_70(said(app)) == before + 1


def as_sure_as_70(text: str) -> int:
    """How many guesses of this store were made with that confidence, on any page."""
    row = re.search(r"\| 70 % \| (\d+) \|", text)
    return int(row[1]) if row else 0
