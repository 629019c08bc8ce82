"""Many answers side by side: each is the one it would have been alone, and none is lost."""

import itertools
from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.model.cache import NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.speed.build import rounded
from lesson_core.speed.paged import Rows
from lesson_core.tasks.bilingual.checkpoint import fresh
from lesson_core.tasks.ladder import writer
from lesson_core.tasks.ladder.rungs import LADDER
from lesson_core.tasks.ladder.writer import Answer, Job

END = 1


def greedy(logits: Tensor) -> tuple[Tensor, Tensor]:
    best = logits.argmax(dim=-1)
    return best, best


class Plain:
    """The slow twin of the paged step: reads each text again from its start."""

    def __init__(self, model: Transformer) -> None:
        self.model = model
        self.texts: dict[int, list[int]] = {}  # by the first block of the table
        self.widths: list[int] = []

    @torch.inference_mode()
    def __call__(self, batch: list[Rows]) -> Tensor:
        self.widths.append(len(batch))
        out = []
        for rows in batch:
            text = self.texts.get(rows.table[0], [])[: rows.position] + list(rows.tokens)
            assert len(text) == rows.position + len(rows.tokens)  # no token was skipped
            self.texts[rows.table[0]] = text
            out.append(self.model.last_logits(torch.tensor([text]), NoCache())[0])
        return torch.stack(out)


@pytest.fixture(scope="module")
def model() -> Transformer:
    return fresh(LADDER[0].config, seed=3).requires_grad_(False).eval()


def jobs(count: int) -> Iterator[Job]:
    for number in range(count):
        yield Job(number, [5 + number, 40, 6 + number % 3][: 1 + number % 3], 4 + number % 5)


def alone(model: Transformer, job: Job) -> list[int]:
    ids = list(job.prompt)
    for _ in range(job.limit):
        ids.append(int(model.last_logits(torch.tensor([ids]), NoCache())[0].argmax()))
        if ids[-1] == END:
            break
    return ids[len(job.prompt) :]


def test_every_answer_is_the_one_it_would_have_been_alone(model: Transformer) -> None:
    forward = Plain(model)
    answers = list(writer.write(forward, jobs(9), writer.tables(3, 32), greedy, END))
    assert sorted(a.job.number for a in answers) == list(range(9))
    assert all(a.ids == alone(model, a.job) == a.likeliest for a in answers)
    assert max(forward.widths) == 3
    assert forward.widths[0] == 3  # all slots are taken while there is work


def test_the_compiled_step_writes_the_same(model: Transformer) -> None:
    """Plain int8 weights on both sides; the fast one rounds activations as well."""
    try:
        forward = writer.fast(model, "ladder-100k", 3 * 2)
    except LabError as problem:
        pytest.skip(str(problem))
    slow = rounded(model, "int8")
    fast = {
        a.job.number: a.ids
        for a in writer.write(forward, jobs(9), writer.tables(3, 32), greedy, END)
    }
    first = [fast[job.number][0] == alone(slow, job)[0] for job in jobs(9)]
    assert sum(first) >= 8  # a near-tie may fall the other way


def test_what_is_under_way_is_lost_when_time_is_over(model: Transformer) -> None:
    ticks = itertools.count()
    over = lambda: next(ticks) >= 5  # noqa: E731
    answers = list(writer.write(Plain(model), jobs(50), writer.tables(3, 32), greedy, END, over))
    assert all(len(a.ids) == a.job.limit or a.ids[-1] == END for a in answers)
    assert len(answers) < 50


def test_a_table_holds_just_what_was_read() -> None:
    table = [7, 8, 9]
    answer = Answer(Job(0, list(range(16)), 40))
    assert answer.rows(table).table == [7]
    answer.ids.append(3)
    assert answer.rows(table) == Rows([3], 16, [7, 8])


def test_tables_share_no_block() -> None:
    tables = writer.tables(4, 33)
    assert [len(table) for table in tables] == [3] * 4
    assert len({block for table in tables for block in table}) == 12


def test_sampling_keeps_to_the_likely_tokens_and_tells_the_likeliest() -> None:
    logits = torch.full((64, 100), -10.0)
    logits[:, 3], logits[:, 9] = 5.0, 4.9
    drawn, likeliest = writer.sampler(1)(logits)
    assert set(drawn.tolist()) == {3, 9}
    assert set(likeliest.tolist()) == {3}
    again, _ = writer.sampler(1)(logits)
    assert again.tolist() == drawn.tolist()
