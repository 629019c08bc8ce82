"""The first attempt's mistakes, each with its evidence, and the Transformer that learns."""

import itertools
import math

import pytest
import torch

from lesson_core.model.cache import NoCache
from lesson_core.schema.first_transformer import TrainTransformer
from lesson_core.tasks import broken_transformer as broken
from lesson_core.tasks import first_transformer as first
from lesson_core.tasks.untrained import QUESTIONS, untrained

SPEC = TrainTransformer(task="reverse", digits=3)


def steps(spec: TrainTransformer, count: int) -> list[first.Step]:
    """Training by a clock that ticks once per step."""
    ticks = itertools.count()
    return list(first.train(spec, lambda: next(ticks) * spec.seconds / (2 * count)))


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_output_has_nothing_to_learn_exactly(seed: int) -> None:
    found = broken.nothing_to_learn(12, 8, seed)
    assert (found.loss, found.largest_gradient) == (0.0, 0.0)
    assert found.right_loss == pytest.approx(math.log(12), abs=1.0)
    assert found.right_gradient > 1e-3
    assert "out of bounds" in found.refused


def test_raw_ids_are_refused_in_words() -> None:
    assert "d_model" in broken.raw_ids(12, 8)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_without_positions_order_is_invisible(seed: int) -> None:
    moved = broken.order_blind(12, 8, seed)
    assert moved["without"] < 1e-5 < 1e-2 < moved["with"]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_without_a_mask_the_answer_leaks(seed: int) -> None:
    moved = broken.looks_ahead(12, 8, seed)
    assert moved["with"] == 0.0
    assert moved["without"] > 1e-3


@pytest.mark.parametrize(
    ("task", "question", "answer"),
    [("reverse", "120", "021"), ("copy", "120", "120"), ("add", "99+01", "001")],
)
def test_the_right_answers(task, question: str, answer: str) -> None:
    assert first.answer(task, question) == answer


def test_only_the_answer_is_scored() -> None:
    inputs, targets = first.batch("reverse", ["123", "456"])
    assert inputs.shape == targets.shape == (2, 7)
    assert (targets[:, :3] == -100).all()
    said = ["".join(first.LETTERS[i] for i in row if i >= 0) for row in targets.tolist()]
    assert said == ["321.", "654."]


@pytest.mark.parametrize("task", ["reverse", "copy", "add"])
def test_tested_questions_never_occur_in_training(task) -> None:
    spec = TrainTransformer(task=task, digits=2)
    trained = set(itertools.islice(first.questions(spec, 1, tested=False), 3000))
    tested = set(itertools.islice(first.questions(spec, 0, tested=True), 300))
    assert not trained & tested and len(tested) > 5
    assert max(len(f"{q}={first.answer(task, q)}.") for q in trained) <= first.length(spec)


def test_untrained_it_is_as_unsure_as_its_vocabulary() -> None:
    torch.manual_seed(0)
    model = first.build(SPEC)
    loss = first.loss_of(model, *first.batch("reverse", ["123", "456"]))
    assert loss.item() == pytest.approx(math.log(len(first.LETTERS)), abs=0.7)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_first_loss_is_that_of_knowing_nothing(seed: int) -> None:
    spec = TrainTransformer(task="reverse", digits=4, seed=seed)
    found = untrained(spec)
    assert found.classes == len(first.LETTERS) and found.classes_part == math.log(found.classes)
    assert found.n == QUESTIONS * 5  # four digits and the end
    assert found.low < found.loss < found.high
    assert 0 < found.spread_part < 0.6
    assert found.loss == pytest.approx(found.classes_part + found.spread_part, abs=0.2)
    told = steps(spec, 1)[0]
    assert told.step == 1 and told.loss == pytest.approx(found.loss, abs=0.1)


def test_louder_scores_cost_half_their_variance() -> None:
    scores, targets = 0.6 * torch.randn(20_000, 13), torch.randint(0, 13, (20_000,))
    loss = torch.nn.functional.cross_entropy(scores, targets).item()
    assert loss == pytest.approx(math.log(13) + 0.36 / 2, abs=0.03)


def test_training_stops_at_the_next_step_when_it_is_cancelled() -> None:
    looks = itertools.count()
    found = list(first.train(SPEC, lambda: 0.0, lambda: next(looks) > 6))
    assert [one.step for one in found] == [1]


def test_the_mask_hides_what_comes_and_can_be_taken_away() -> None:
    torch.manual_seed(0)
    model = first.build(SPEC)
    one, other = (torch.tensor([first.ids_of(text)]) for text in ("123=321", "123=329"))
    for causal in (True, False):
        seen, changed = (model(ids, first.attend(causal)) for ids in (one, other))
        moved = (seen - changed)[:, :-1].abs().max().item()
        assert (moved == 0.0) == causal
    assert torch.equal(model(one, first.attend(True)), model(one, NoCache()))


def test_without_positions_the_model_has_none() -> None:
    spec = TrainTransformer(task="reverse", digits=3, positions=False)
    assert first.build(spec).rotary is None
    assert first.build(SPEC).rotary is not None


def test_it_learns() -> None:
    """A short lesson: the loss falls far below knowing nothing; the same seed, the same run."""
    found = steps(SPEC, 60)
    assert found[-1].loss < 0.7 * found[0].loss < math.log(10)
    assert [one.loss for one in steps(SPEC, 60)] == [one.loss for one in found]


@pytest.mark.parametrize("broken_off", [False, True])
def test_training_gives_the_threads_back(broken_off: bool) -> None:
    before = torch.get_num_threads()
    run = first.train(SPEC, itertools.count().__next__)
    next(run)
    assert torch.get_num_threads() == 1
    if broken_off:
        run.close()
    else:
        list(run)
    assert torch.get_num_threads() == before


def test_seeing_the_answer_makes_a_splendid_loss_and_no_skill() -> None:
    spec = TrainTransformer(task="reverse", digits=3, causal=False)
    last = steps(spec, 60)[-1]
    assert last.loss < 0.2
    assert last.right < last.tested / 4
