"""Arrivals: the laws have their moments, a recording is read or refused in one sentence."""

import statistics
from pathlib import Path

import pytest

from lesson_core.bench import trace_table
from lesson_core.errors import LabError
from lesson_core.serve import trace, workload
from lesson_core.serve.workload import Arrival

AZURE = Path(__file__).parents[3] / "shared" / "data" / "azure_llm_trace_2023"


def gaps(at):
    return [b - a for a, b in zip([0.0, *at[:-1]], at, strict=True)]


@pytest.mark.parametrize("burstiness", [0.25, 1.0, 4.0])
def test_gaps_have_the_mean_and_the_variation_of_their_law(burstiness):
    drawn = gaps(workload.times(40_000, rate=5.0, burstiness=burstiness, seed=3))
    mean = statistics.fmean(drawn)
    assert mean == pytest.approx(0.2, rel=0.03)
    assert statistics.pvariance(drawn) / mean**2 == pytest.approx(1 / burstiness, rel=0.06)


def test_the_same_seed_gives_the_same_arrivals():
    assert workload.times(9, 1.0, seed=1) == workload.times(9, 1.0, seed=1)
    assert workload.times(9, 1.0, seed=1) != workload.times(9, 1.0, seed=2)


@pytest.mark.parametrize(("count", "rate", "burstiness"), [(0, 1, 1), (5, 0, 1), (5, 1, 0),
                                                           (5, float("nan"), 1)])  # fmt: skip
def test_no_law_without_sense(count, rate, burstiness):
    with pytest.raises(LabError):
        workload.times(count, rate, burstiness)


def test_requests_share_a_beginning_and_differ_behind_it():
    made = workload.requests([Arrival(0, 40, 3), Arrival(1, 50, 4)], shared=20, vocab_size=100)
    first, second = made
    assert first.prompt[:20] == second.prompt[:20] and first.prompt[20:] != second.prompt[20:60]
    assert [len(r.prompt) for r in made] == [60, 70]
    assert [r.arrival_s for r in made] == [0, 1] and first.new_tokens == 3


def test_a_window_keeps_the_gaps_and_scaling_keeps_at_least_a_token():
    recorded = [Arrival(float(i), 10 * i + 1, 4) for i in range(10)]
    part = workload.window(recorded, 3, start=5)
    assert [a.at_s for a in part] == [0, 1, 2] and part[0].prompt == 51
    small = workload.scaled(part, time=2, tokens=0.01)
    assert small[1] == Arrival(2.0, 1, 1)
    assert len(workload.drawn(recorded, 4)) == 4
    for ask in (lambda: workload.window(recorded, 3, start=8), lambda: workload.drawn([], 1)):
        with pytest.raises(LabError, match="trace_too_short"):
            ask()


def test_the_bundled_trace_has_the_medians_of_the_published_one():
    chats, code = trace.bundled("conversation"), trace.bundled("code")
    assert (len(chats), len(code)) == (19_366, 8_819)
    assert statistics.median(a.prompt for a in chats) == 1020
    assert statistics.median(a.prompt for a in code) == 1469
    assert statistics.median(a.answer for a in code) == 13
    assert trace.TABLE.stat().st_size < 300_000


@pytest.mark.skipif(not AZURE.exists(), reason="Azure's files are not here")
@pytest.mark.parametrize("name", ["conversation", "code"])
def test_the_bundled_trace_is_the_published_one(name):
    published = trace.read(AZURE / trace_table.FILES[name])
    assert len(published) == len(trace.bundled(name))
    for ours, theirs in zip(trace.bundled(name), published, strict=True):
        assert (ours.prompt, ours.answer) == (theirs.prompt, theirs.answer)
        assert ours.at_s == pytest.approx(theirs.at_s, abs=0.00051)


@pytest.mark.parametrize("text", [
    "TIMESTAMP,ContextTokens,GeneratedTokens\n2023-11-16 18:17:03.9799600,4808,10\n"
    "2023-11-16 18:17:04.0319600,3180,8\n",
    "2023-11-16T18:17:03.97996Z,4808,10\r\n2023-11-16T18:17:04.03196Z,3180,8\r\n",
    "model,arrival_s,prompt_tokens,output_tokens\nx,7,4808,10\n\ny,7.052,3180,8\n",
    "0.052,3180,8\n0,4808,10\n",
    "Timestamp,Request tokens,Response tokens\n5,4808,10\n5.052,3180,8\n",
])  # fmt: skip
def test_a_trace_is_read_in_the_forms_people_have(text):
    first, second = trace.parse(text)
    assert (first, second.prompt, second.answer) == (Arrival(0.0, 4808, 10), 3180, 8)
    assert second.at_s == pytest.approx(0.052)


@pytest.mark.parametrize(("text", "code", "values"), [
    ("", "trace_empty", {}),
    ("\n \n", "trace_empty", {}),
    ("arrival,prompt,answer\n", "trace_empty", {}),
    ("arrival,prompt\n1,2\n", "trace_column_missing", {"name": "answer"}),
    ("when,prompt,answer\n1,2,3\n", "trace_column_missing", {"name": "arrival"}),
    ("arrival,prompt,answer\n1,2,3\n-4,2,3\n", "trace_time_negative", {"line": 3, "value": "-4"}),
    ("arrival,prompt,answer\n1,two,3\n", "trace_value_bad", {"line": 2, "value": "two"}),
    ("arrival,prompt,answer\n1,2,0\n", "trace_value_bad", {"line": 2, "value": "0"}),
    ("arrival,prompt,answer\n1,2.5,3\n", "trace_value_bad", {"line": 2, "value": "2.5"}),
    ("arrival,prompt,answer\n1,2\n", "trace_value_bad", {"line": 2, "value": ""}),
    ("arrival,prompt,answer\nnan,2,3\n", "trace_value_bad", {"line": 2, "value": "nan"}),
    ("arrival,prompt,answer\nsoon,2,3\n", "trace_value_bad", {"line": 2, "value": "soon"}),
    ("1,2,3\n1,1e99,3\n", "trace_value_bad", {"line": 2, "value": "1e99"}),
])  # fmt: skip
def test_a_trace_without_sense_is_refused_with_its_line(text, code, values):
    with pytest.raises(LabError) as refused:
        trace.parse(text)
    assert refused.value.code == code
    assert values.items() <= refused.value.values.items()


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    for name in ("x.csv", "not_there.csv"):
        with pytest.raises(LabError, match="trace_unreadable"):
            trace.read(tmp_path / name)
