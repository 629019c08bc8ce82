"""The benchmark of the judge comes to numbers; which ones, no test says."""

import json

import pytest

from lesson_core.bench import judge
from lesson_core.learn.sandbox import tiers
from lesson_core.learn.sandbox.run import Job, Outcome


def test_a_judge_that_is_wrong_stops_the_benchmark():
    def nobody(job: Job, torch: bool = False) -> Outcome:
        return Outcome("done", {})

    with pytest.raises(RuntimeError, match="judge_no_answer"):
        judge.verdict(nobody, judge.SUM, judge.CODE)


def test_without_a_tier_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setattr(judge.tiers, "standing", lambda _: tiers.Standing(None, True, {}))
    monkeypatch.setattr("sys.argv", ["judge"])
    assert judge.main() == 1
    assert json.loads(capsys.readouterr().out) == {"tier": None}
