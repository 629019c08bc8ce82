"""Distillation: the loss and its gradient, their limits, and what a teacher writes."""

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.cache import NoCache
from lesson_core.speed import distil
from tests.model.tiny import tiny_model

N, V = 7, 50


def logits(seed: int, size: float = 3.0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return size * torch.randn(N, V, generator=generator, dtype=torch.float64)


def gradient(loss: object, student: Tensor, *rest: object) -> Tensor:
    student = student.clone().requires_grad_()
    loss(student, *rest).backward()  # type: ignore[operator]
    assert student.grad is not None
    return student.grad


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0, 8.0])
def test_the_fast_loss_is_the_written_one(temperature: float) -> None:
    student, teacher = logits(1), logits(2)
    fast, slow = distil.soft_loss, distil.soft_loss_written
    assert fast(student, teacher, temperature) == pytest.approx(
        float(slow(student, teacher, temperature)), rel=1e-12
    )
    grads = [gradient(loss, student, teacher, temperature) for loss in (fast, slow)]
    torch.testing.assert_close(grads[0], grads[1])


def test_the_gradient_by_hand_is_that_of_the_loss() -> None:
    student, teacher = logits(1)[:2, :6].clone().requires_grad_(), logits(2)[:2, :6]
    assert torch.autograd.gradcheck(lambda z: distil.soft_loss(z, teacher, 2.0), student)


def test_the_soft_loss_is_an_average_over_the_vocabulary() -> None:
    """KL by hand at one place, two tokens: 0.8 · ln(0.8 / 0.5) + 0.2 · ln(0.2 / 0.5)."""
    teacher, student = torch.tensor([[0.8, 0.2]]).log(), torch.zeros(1, 2)
    assert float(distil.soft_loss(student, teacher, 1.0)) == pytest.approx(0.192745, abs=1e-5)


@pytest.mark.parametrize("temperature", [1.0, 4.0])
def test_a_student_that_is_its_teacher_has_nothing_to_learn(temperature: float) -> None:
    same = logits(3)
    assert float(distil.soft_loss(same + 5.0, same, temperature)) == pytest.approx(0, abs=1e-12)
    assert gradient(distil.soft_loss, same + 5.0, same, temperature).abs().max() < 1e-12
    assert float(distil.soft_loss(logits(4), same, temperature)) > 0.1


def test_the_pull_does_not_depend_on_the_temperature() -> None:
    """With T² the gradient stays; without it, four times the T leaves a sixteenth."""
    student, teacher = logits(5, 1.0), logits(6, 1.0)
    with_factor = [float(gradient(distil.soft_loss, student, teacher, t).norm()) for t in (20, 80)]
    assert with_factor[1] == pytest.approx(with_factor[0], rel=0.05)

    def without(student: Tensor, teacher: Tensor, temperature: float) -> Tensor:
        return distil.soft_loss_written(student, teacher, temperature) / temperature**2

    bare = [float(gradient(without, student, teacher, t).norm()) for t in (20, 80)]
    assert bare[0] / bare[1] == pytest.approx(16, rel=0.05)


def test_hot_enough_it_matches_logits() -> None:
    """T → ∞: half the mean square between the logits, each counted from its own average."""
    student, teacher = logits(7), logits(8)
    apart = (student - student.mean(-1, keepdim=True)) - (teacher - teacher.mean(-1, keepdim=True))
    limit = apart.square().mean() / 2
    assert float(distil.soft_loss(student, teacher, 1e4)) == pytest.approx(float(limit), rel=1e-3)
    pulled = gradient(distil.soft_loss, student, teacher, 1e4)
    torch.testing.assert_close(pulled, apart / (N * V), rtol=1e-3, atol=1e-6)


def test_the_weight_goes_from_hard_labels_to_soft_ones() -> None:
    student, teacher = logits(9), logits(10)
    targets = torch.arange(N)
    hard, soft = F.cross_entropy(student, targets), distil.soft_loss(student, teacher, 2.0)
    for weight in (0.0, 0.25, 1.0):
        mixed = distil.distillation_loss(student, teacher, targets, 2.0, weight)
        assert float(mixed) == pytest.approx(float((1 - weight) * hard + weight * soft))
    sure = torch.full((N, V), -1e3, dtype=torch.float64)
    sure[torch.arange(N), targets] = 1e3  # a teacher that says only the next token
    same = distil.distillation_loss(student, sure, targets, 1.0, 1.0)
    assert float(same) == pytest.approx(float(hard))


def test_the_teacher_is_not_trained() -> None:
    teacher = logits(11).requires_grad_()
    student = logits(12).requires_grad_()
    distil.distillation_loss(student, teacher, torch.arange(N), 2.0, 0.5).backward()
    assert teacher.grad is None and student.grad is not None


def test_a_teacher_goes_on_from_the_beginnings() -> None:
    model = tiny_model()
    documents = [[5, 6, 7, 8, 9, 10], [11, 12, 13], [14, 15, 16, 17]]

    def written(seed: int) -> list[list[int]]:
        generator = torch.Generator().manual_seed(seed)
        return distil.write_like(model, documents, 2, eos=2, generator=generator)

    out = written(1)
    assert [row[:2] for row in out] == [row[:2] for row in documents]
    assert all(len(row) <= len(given) for row, given in zip(out, documents, strict=True))
    assert all(2 not in row[2:-1] for row in out)
    assert out == written(1) != written(2)


def test_what_it_writes_follows_its_own_law() -> None:
    """Many continuations of one token: shares near the model's probabilities, which are uneven."""
    model = tiny_model()
    model.norm.weight.data *= 4
    generator = torch.Generator().manual_seed(3)
    rows = distil.write_like(model, [[7, 7]] * 4000, 1, eos=2, generator=generator)
    wanted = torch.softmax(model(torch.tensor([[7]]), NoCache())[0, -1], -1)
    counts = torch.bincount(torch.tensor([row[1] for row in rows]), minlength=50) / len(rows)
    assert float((counts - wanted).abs().max()) < 0.03 < 0.1 < float(wanted.max())
