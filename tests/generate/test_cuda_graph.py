"""The step that is recorded equals the plain step; the recording itself needs a GPU."""

import pytest
import torch

from lesson_core.errors import LabError
from lesson_core.generate.cuda_graph import GraphDecoder, StaticView, static_step
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import KVCache
from tests.model.tiny import tiny_model

PROMPT = torch.tensor([[5, 6, 7], [8, 9, 10]])
NEXT = torch.tensor([[[11], [12]], [[13], [14]], [[15], [16]]])


def _cache(device: str = "cpu") -> KVCache:
    return KVCache(tiny_model().config, 2, 12, torch.float32, device)


@torch.inference_mode()
def test_the_static_step_equals_the_plain_step() -> None:
    model, plain, fixed = tiny_model(), _cache(), _cache()
    fixed.room.fill_(torch.nan)  # what unused memory may hold
    for cache in (plain, fixed):
        prefill(model, PROMPT, cache)
    view = StaticView(fixed, torch.device("cpu"))
    for token_id in NEXT:
        view.position.fill_(fixed.length)
        step = static_step(model, token_id, view)
        fixed.advance(1)
        torch.testing.assert_close(step, decode_one_token(model, token_id, plain))


def test_no_recording_without_cuda() -> None:
    with pytest.raises(LabError, match="device_missing"):
        GraphDecoder(tiny_model(), _cache(), batch=2)


@pytest.mark.gpu
def test_a_recording_replays_the_plain_step() -> None:
    model, plain, fixed = tiny_model().to("cuda"), _cache("cuda"), _cache("cuda")
    for cache in (plain, fixed):
        prefill(model, PROMPT.cuda(), cache)
    replay = GraphDecoder(model, fixed, batch=2)
    for token_id in NEXT.cuda():
        expected = decode_one_token(model, token_id, plain)
        torch.testing.assert_close(replay(token_id), expected, atol=1e-4, rtol=1e-4)
