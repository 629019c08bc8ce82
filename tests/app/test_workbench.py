"""The workbench in the page: shelf, run, verdict, hints, solution, history, and where none runs."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lesson_core.learn import attempts, words
from lesson_core.learn.problems import shelf
from lesson_core.learn.problems.problem import load
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.limits import SHARED
from lesson_core.learn.sandbox.plan import plan
from lesson_core.learn.sandbox.pool import Pool
from lesson_core.learn.sandbox.tiers import Probe, decide
from lesson_core.learn.workbench import Workbench
from lesson_core.schema.answers import Answer
from lesson_core.store.database import Store
from lesson_core.store.tables import LEARNER
from pages.ui import workbench_bench, workbench_code
from pages.ui.editor_draft import Draft
from pages.ui.plain_text import literal

PAGE, NAME = "pages/practice/workbench.py", "perplexity"
ROOT = Path(__file__).parents[2]
PROBLEM = load(NAME)
NO_TIER = {"A": Probe("no_bwrap"), "B": Probe("no_landlock", "2")}


def bench(wall_s: float = 10.0) -> Workbench:
    standing = tiers.standing("127.0.0.1")
    assert standing.tier is not None
    tier = standing.tier
    return Workbench(
        standing, Pool(lambda torch: plan(tier, SHARED.but(wall_s=wall_s), torch=torch))
    )


@pytest.fixture(autouse=True)
def one(monkeypatch: pytest.MonkeyPatch) -> Iterator[Workbench]:
    """A workbench of this test's, and answers of nobody before."""
    made = bench()
    monkeypatch.setattr(workbench_bench, "bench", lambda: made)
    yield made
    made.pool.close()


def opened(lang: str = "en", problem: str | None = NAME) -> AppTest:
    Store.open().settings.remove(f"draft.workbench.{NAME}", learner=LEARNER)
    app = AppTest.from_file(str(ROOT / "pages/ui/router.py"), default_timeout=90)
    app.query_params["lang"] = lang
    app.run()
    app.switch_page(str(ROOT / PAGE))
    if problem is not None:
        app.query_params["problem"] = problem
    app.session_state["editor.plain"] = True
    app.session_state["said"] = []  # what other tests answered is not this learner's
    return app.run()


def field(app: AppTest):
    return next(one for one in app.text_area if str(one.key).startswith("editor-plain-"))


def ran(app: AppTest, code: str, name: str = NAME) -> AppTest:
    """Write the code and run it."""
    field(app).set_value(code)
    return pressed(app, name)


def pressed(app: AppTest, name: str = NAME) -> AppTest:
    """Press the button, and look again when there is a verdict."""
    app.button(key=f"workbench.{name}.run").click().run()
    assert app.session_state[f"workbench.{name}.judged"].judging.wait(90)
    return app.run()


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.warning, app.success, app.code)
    return "\n".join(one.value for kind in kinds for one in kind)


def kept() -> list[Answer]:
    return [one for one in Store.open().answers.all(learner=LEARNER) if one.kind == "attempt"]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_shelf_lists_every_problem_and_opens_one(lang: str) -> None:
    app = opened(lang, None)
    assert not app.exception
    labels = [button.label for button in app.button]
    for problem in shelf.every():
        assert getattr(problem.words.title, lang) in labels
    app.button(key=f"workbench.open.{NAME}").click().run()
    assert not app.exception
    assert app.title[0].value == getattr(PROBLEM.words.title, lang)
    assert app.query_params["problem"] == NAME
    app.button(key="workbench.back").click().run()
    assert app.title[0].value == words.t(lang, "workbench.title")


def test_the_filter_keeps_what_was_asked_for() -> None:
    app = opened(problem=None)
    app.session_state["said"] = [attempt(True)]
    app.segmented_control(key="workbench.state").set_value("solved").run()
    shown = [str(button.key) for button in app.button if "workbench.open." in str(button.key)]
    assert shown == [f"workbench.open.{NAME}"]
    app.segmented_control(key="workbench.state").set_value("tried").run()
    assert not app.exception
    assert words.t("en", "workbench.none_here") in said(app)


def test_a_link_to_no_problem_says_so_and_shows_the_shelf() -> None:
    app = opened(problem="<b>no</b>")
    assert not app.exception
    assert len(app.warning) == 1 and app.title[0].value == words.t("en", "workbench.title")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_right_code_passes_is_kept_and_opens_what_others_get_wrong(lang: str) -> None:
    before = len(kept())
    app = ran(opened(lang), PROBLEM.reference)
    assert not app.exception
    count = len(PROBLEM.probes(1))
    assert app.success[0].value == words.t(lang, "workbench.passed", count=count)
    assert getattr(PROBLEM.words.wrong["batch_means"], lang) in said(app)
    assert len(kept()) == before + 1
    value = kept()[-1].value
    assert value["passed"] and value["seed"] == 1 and value["code"] == PROBLEM.reference
    assert len(attempts.attempts(app.session_state["said"], NAME)) == 1


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_known_mistake_is_named_with_the_call_that_shows_it(lang: str) -> None:
    app = ran(opened(lang), PROBLEM.mistakes["batch_means"])
    assert not app.exception
    assert getattr(PROBLEM.words.wrong["batch_means"], lang) in app.warning[0].value
    assert literal(words.t(lang, "workbench.example_wrong", n=2)) in app.warning[0].value
    assert words.t(lang, "workbench.is_now") in said(app)
    assert kept()[-1].value["mistake"] == "batch_means"
    assert getattr(PROBLEM.words.probes["uneven"], lang) in said(app)  # in the list of calls


def test_the_seed_stays_until_it_passes_and_then_changes(one: Workbench) -> None:
    app = ran(opened(), PROBLEM.mistakes["batch_means"])
    ran(app, PROBLEM.reference)
    assert [answer.value["seed"] for answer in kept()[-2:]] == [1, 1]
    ran(app, PROBLEM.reference + "\n")
    assert kept()[-1].value["seed"] == 2


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("", "There is no perplexity in your code"),
        ("def perplexity(batches)", "Line 1 is not Python"),
        ("def perplexity(batches):\n    return 1 / 0", "Line 2 raised ZeroDivisionError"),
        ("import sys\nsys.exit(3)", "Line 2 ended the program"),
    ],
)
def test_code_that_does_not_run_is_told_why(code: str, sentence: str) -> None:
    app = ran(opened(), code)
    assert not app.exception
    assert sentence in app.warning[0].value.replace("\\", "")
    assert field(app).value == code


def test_too_much_work_is_told_without_values_that_are_right() -> None:
    problem = load("lru-cache")
    app = ran(opened("zh", problem.id), problem.mistakes["searched_stamps"], problem.id)
    assert "行，" in app.warning[0].value and problem.words.wrong["searched_stamps"].zh[:9] in (
        app.warning[0].value
    )
    assert not any(words.t("zh", "workbench.is_now") in one.value for one in app.code)


def test_what_the_code_says_is_shown_as_it_is() -> None:
    code = (
        "print('\\x1b[31m<b>')\ndef perplexity(batches):\n"
        "    raise ValueError('a\\n\\n    **b** <i> \\x1b[0m')"
    )
    app = ran(opened(), code)
    assert "\N{NO-BREAK SPACE}" * 4 + r"\*\*b\*\* \<i\> ␛\[0m" in app.warning[0].value
    assert any("␛[31m<b>" in one.value for one in app.code)


def test_an_endless_loop_is_stopped_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    made = bench(wall_s=3.0)
    monkeypatch.setattr(workbench_bench, "bench", lambda: made)
    app = ran(opened(), "def perplexity(batches):\n    while True: pass")
    made.pool.close()
    assert not app.exception
    assert "longer than 3 seconds" in app.warning[0].value
    assert words.t("en", "workbench.not_reached") in said(app)
    assert not kept()[-1].value["passed"]


def test_code_that_is_too_long_is_refused_and_stays() -> None:
    app = opened()
    app.session_state["editor.plain"] = False
    code = "#" * 70_000
    app.session_state[f"draft.workbench.{NAME}"] = Draft(code, 0)
    before = len(kept())
    pressed(app.run())
    assert not app.exception
    assert "Shorten it" in app.warning[0].value and len(kept()) == before
    assert app.session_state[f"draft.workbench.{NAME}"].text == code


def test_what_was_printed_is_text_and_bounded() -> None:
    code = "print('<b>bold</b> $x$ ' * 9000)\n" + PROBLEM.reference
    app = ran(opened(), code)
    assert not app.exception
    printed = next(
        one.value
        for one in app.code
        if "<b>bold</b> $x$" in one.value and "print(" not in one.value
    )
    assert len(printed) <= 4000
    assert not any("<b>bold" in one.value for one in app.markdown)


def test_hints_come_one_at_a_time_and_are_counted() -> None:
    app = opened()
    hints = [hint.en for hint in PROBLEM.words.hints]
    for read in range(1, len(hints) + 1):
        app.button(key=f"workbench.{NAME}.hint").click().run()
        assert [hint in said(app) for hint in hints] == [n < read for n in range(len(hints))]
    ran(app, PROBLEM.mistakes["batch_means"])
    assert kept()[-1].value["hints"] == len(hints)
    app.button(key=f"workbench.{NAME}.show").click().run()
    assert PROBLEM.reference.strip() in [one.value for one in app.code]
    assert PROBLEM.words.why.en in said(app)


def test_the_solution_asks_first_when_hints_are_left() -> None:
    app = opened()
    assert f"workbench.{NAME}.show" not in [button.key for button in app.button]
    app.button(key=f"workbench.{NAME}.sure").click().run()
    assert PROBLEM.reference.strip() in [one.value for one in app.code]


def test_an_earlier_attempt_goes_back_into_the_editor_and_out_again() -> None:
    app = ran(opened(), "first = 1")
    ran(app, "second = 2")
    first = attempts.attempts(app.session_state["said"], NAME)[0]
    app.selectbox(key=f"workbench.{NAME}.attempt.2").set_value(first.uuid).run()
    app.button(key=f"workbench.{NAME}.restore").click().run()
    assert field(app).value == "first = 1"
    app.button(key=f"workbench.{NAME}.unreset").click().run()
    assert field(app).value == "second = 2"
    app.button(key=f"workbench.{NAME}.reset").click().run()
    assert field(app).value == PROBLEM.starter


def test_a_click_that_comes_twice_counts_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Streamlit sends it while a fragment reruns by itself."""
    app = opened()
    field(app).set_value("mine = 1").run()
    for name in ("put", "_bring_back"):
        once = getattr(workbench_code, name)
        monkeypatch.setattr(workbench_code, name, lambda *a, f=once: (f(*a), f(*a)))
    app.run()
    app.button(key=f"workbench.{NAME}.reset").click().run()
    assert field(app).value == PROBLEM.starter
    app.button(key=f"workbench.{NAME}.unreset").click().run()
    assert not app.exception
    assert field(app).value == "mine = 1"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_without_a_sandbox_the_page_says_why_and_how_to_repair_it(
    monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    monkeypatch.setattr(workbench_bench, "bench", lambda: Workbench(decide(True, NO_TIER)))
    app = opened(lang)
    assert not app.exception
    assert words.t(lang, "errors.judge_off")[:12] in app.warning[0].value
    assert "bubblewrap" in said(app) and "Landlock" in said(app)
    assert f"workbench.{NAME}.run" not in [button.key for button in app.button]
    app.button(key=f"workbench.{NAME}.hint").click().run()
    assert getattr(PROBLEM.words.hints[0], lang) in said(app)


def test_the_weakest_tier_warns_on_every_view(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Workbench(decide(False, NO_TIER))
    monkeypatch.setattr(workbench_bench, "bench", lambda: made)
    for problem in (None, NAME):
        app = opened(problem=problem)
        assert any("with your rights" in one.value for one in app.warning)
        assert not app.exception


def attempt(passed: bool) -> Answer:
    value = attempts.value("x", passed=passed, mistake="", seed=1, tier="A", hints=0)
    return Answer(uuid=str(uuid.uuid4()), learner=LEARNER, page=attempts.PAGE, kind="attempt",
                  key=NAME, value=value, created_at=datetime.now(UTC).isoformat())  # fmt: skip
