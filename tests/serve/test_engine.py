"""The engine from outside: ends, refusals, cancelling, its log."""

from dataclasses import replace
from itertools import pairwise

import pytest

from lesson_core.errors import LabError
from lesson_core.schema.sampling import Sampling
from lesson_core.schema.serving import Request
from lesson_core.serve.engine import run
from tests.serve.alone import alone, answer_alone, by_answer, engine, family, requests

MODEL = family("llama")
ASKED = Request(id=7, prompt=(3, 1, 4, 1, 5), new_tokens=12)


def test_it_stops_at_the_end_of_text_unless_told_otherwise() -> None:
    answer = answer_alone(MODEL, ASKED)
    end = next(token for token in answer if answer.index(token) >= 2)
    at = answer.index(end) + 1
    made = engine(MODEL, {}, eos_ids=(end,))
    outputs = run(made, [ASKED, replace(ASKED, id=8, ignore_eos=True)])
    assert by_answer(outputs) == {(7, 0): answer[:at], (8, 0): answer}
    assert {one.id: one.finish for one in made.served} == {7: "stop", 8: "length"}
    assert [o.finish for o in outputs if o.id == 7] == [None] * (at - 1) + ["stop"]


def test_a_request_longer_than_the_context_is_refused() -> None:
    made = engine(MODEL, {})
    too_long = Request(id=1, prompt=(1,) * 60, new_tokens=6)
    with pytest.raises(LabError, match="prompt_too_long"):
        made.add(too_long)
    assert not made.busy
    made.add(replace(too_long, new_tokens=5))  # the last token is never read
    assert len(made.drain()) == 5
    run(made, [replace(too_long, id=2), ASKED])  # the others are answered
    assert [(one.id, one.finish) for one in made.served] == [
        (1, "length"), (2, "refused"), (7, "length"),
    ]  # fmt: skip


def test_cancelling_frees_everything_and_disturbs_nobody() -> None:
    made = engine(MODEL, {"max_seqs": 2})
    others = [replace(ASKED, id=id, prompt=(id, id)) for id in (1, 2, 3)]
    for request in others:
        made.add(request)
    outputs = [*made.step(), *made.step()]
    made.cancel(1)  # runs
    made.cancel(3)  # waits
    made.cancel(99)  # unknown
    outputs += made.drain()
    found = by_answer(outputs)
    assert found[2, 0] == alone(MODEL, [others[1]])[2, 0]
    assert len(found[1, 0]) == 2 and (3, 0) not in found
    assert {(one.id, one.finish) for one in made.served} == {
        (1, "cancelled"), (2, "length"), (3, "cancelled"),
    }  # fmt: skip
    assert made.scheduler.blocks.used == 0


def test_samples_have_seeds_of_their_own_and_repeat() -> None:
    asked = replace(ASKED, samples=3, sampling=Sampling(temperature=2.0, seed=5))
    first, again = (by_answer(run(engine(MODEL, {}), [asked])) for _ in range(2))
    assert first == again == alone(MODEL, [asked])
    assert len({tuple(answer) for answer in first.values()}) == 3


def test_its_log_accounts_for_every_token() -> None:
    made = engine(MODEL, {"blocks": 11, "block_size": 4})
    asked = requests(MODEL.config.vocab_size)
    outputs = run(made, asked)
    served, steps = made.log
    assert sum(len(one.token_s) for one in served) == len(outputs)
    assert sorted((one.id, one.sample) for one in served) == sorted(alone(MODEL, asked))
    for one in served:
        assert one.start_s is not None
        assert one.arrival_s <= one.start_s <= one.token_s[0]
        assert list(one.token_s) == sorted(one.token_s)
    for step, following in pairwise(steps):
        assert step.start_s < step.end_s <= following.start_s
    assert all(sum(count for _, _, count, _ in step.work) <= 512 for step in steps)
    assert made.scheduler.blocks.used == 0


def test_a_run_can_be_stopped() -> None:
    made = engine(MODEL, {})
    stops = iter([False, False, True])
    assert len(run(made, [ASKED], lambda: next(stops))) <= 2
    assert made.busy


def test_a_dynamic_batch_waits_for_its_window() -> None:
    made = engine(MODEL, {"batching": "dynamic", "window_s": 3.0})
    run(made, [ASKED])
    assert made.served[0].token_s[0] >= 3.0
