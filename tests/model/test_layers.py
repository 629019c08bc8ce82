"""The layers against torch's own versions of them."""

import pytest
import torch
import torch.nn.functional as F

from lesson_core.model.layers import RMSNorm, Rotary, rotate


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("scale", [1e-4, 1.0, 1e3])
def test_rms_norm_equals_torch(dtype: torch.dtype, scale: float) -> None:
    ours = RMSNorm(64, eps=1e-5).to(dtype)
    ours.weight.data.uniform_(0.5, 1.5)
    x = (scale * torch.randn(2, 3, 64)).to(dtype)
    torch.testing.assert_close(ours(x), F.rms_norm(x, (64,), ours.weight, 1e-5))


def test_rotation_keeps_lengths_and_sees_only_distance() -> None:
    rotary = Rotary(d_head=16, max_len=50, theta=10_000.0)
    q, k = torch.randn(2, 1, 16)

    def score(q_position: int, k_position: int) -> float:
        turned_q = rotate(q.clone(), rotary(q_position, 1))
        turned_k = rotate(k.clone(), rotary(k_position, 1))
        torch.testing.assert_close(turned_q.norm(), q.norm())
        return float((turned_q * turned_k).sum())

    assert score(7, 3) == pytest.approx(score(44, 40), abs=1e-4)
    assert score(7, 3) != pytest.approx(score(7, 6), abs=1e-4)
