"""The page of saved runs, on a store with real records."""

import json

import pytest

from lesson_core.schema.events import Event
from lesson_core.schema.jobs import JobRecord
from lesson_core.store.database import Store
from tests.app.test_pages import opened

PAGE = "pages/lab/runs.py"
RESULT = {"latency": {"ttft_s": 0.2, "tpot_s": 0.025}, "reached": 0.8,
          "environment": {"device": "cpu", "cpu": "Some CPU"}}  # fmt: skip


def kept(run: str, tpot: float = 0.025, name: str = "token_clock", **result: object) -> JobRecord:
    record = JobRecord(
        id=run, name=name, session="s", state="done", owner="o",
        spec={"recipe": {"model": "smollm2-135m", "precision": "fp32"}, "prompt": "<b>*x*</b>"},
        created_at=f"2126-01-01T00:00:0{len(run) % 10}+00:00",
    )  # fmt: skip
    detail = {**RESULT, "latency": {"ttft_s": 0.2, "tpot_s": tpot}, **result}
    Store.open().jobs.save(record, [Event(stage="result", detail=detail)])
    return record


@pytest.fixture
def two_runs():
    runs = [kept("aaaa"), kept("bbbbb", tpot=0.05)]
    yield runs
    for run in runs:
        Store.open().jobs.delete(run.id)


def chosen(*runs: JobRecord):
    app = opened(PAGE, "en")
    for run in runs:
        app.checkbox(key=f"runs.chosen.{run.id}").check()
    return app.run()


def test_a_run_is_listed_with_its_numbers(two_runs) -> None:
    app = opened(PAGE, "en")
    assert not app.exception
    assert any("25 ms" in text.value for text in app.caption)


def test_two_runs_of_one_machine_are_compared_with_a_ratio(two_runs) -> None:
    app = chosen(*two_runs)
    assert not app.exception
    table = next(text.value for text in app.markdown if "TPOT" in text.value)
    assert "× " in table or "×)" in table or "×\\)" in table


def test_two_machines_share_only_the_fraction_of_their_limits() -> None:
    runs = [kept("aaaa"), kept("bbbbb", environment={"device": "cpu", "cpu": "Another CPU"})]
    app = chosen(*runs)
    table = next(text.value for text in app.markdown if "TPOT" in text.value)
    tpot = next(line for line in table.splitlines() if "TPOT" in line)
    assert "×" not in tpot
    assert any("×" in line for line in table.splitlines())
    for run in runs:
        Store.open().jobs.delete(run.id)


def test_a_renamed_run_keeps_its_name_as_text(two_runs) -> None:
    app = chosen(two_runs[0])
    app.text_input(key="runs.title").set_value("# mine <script> **2**").run()
    assert not app.exception
    again = opened(PAGE, "en")
    assert any("\\# mine" in text.value for text in again.markdown)


def test_a_deleted_run_is_gone(two_runs) -> None:
    app = chosen(two_runs[0])
    app.button(key="runs.sure").click().run()
    assert not app.exception
    assert Store.open().jobs.load(two_runs[0].id) is None
    assert Store.open().jobs.load(two_runs[1].id) is not None


def test_a_result_of_an_unknown_shape_is_listed_without_numbers() -> None:
    run = kept("cccccc", name="kv_cache")
    app = opened(PAGE, "zh")
    assert not app.exception
    Store.open().jobs.delete(run.id)
    assert json.dumps(run.spec)
