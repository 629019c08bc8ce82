"""Running the stages one by one is running the model."""

import torch

from lesson_core.model.cache import NoCache
from tests.model.tiny import tiny_model

TOKENS = torch.tensor([[5, 6, 7, 8], [9, 10, 11, 12]])


def test_stages_compose_to_the_model() -> None:
    model = tiny_model()
    cache = NoCache()
    token_ids, position = cache.begin(TOKENS)
    x = model.embed(token_ids, position)
    rotation = model.rotation(position, 4)
    for layer in model.layers:
        x = layer(x, rotation, cache)
    cache.advance(4)
    torch.testing.assert_close(model.logits(x), model(TOKENS, NoCache()))


def test_last_logits_are_the_last_of_all() -> None:
    model = tiny_model()
    torch.testing.assert_close(
        model.last_logits(TOKENS, NoCache()), model(TOKENS, NoCache())[:, -1]
    )


def test_attention_weights_of_every_layer() -> None:
    weights = list(tiny_model().attention_weights(TOKENS))
    assert [tuple(layer.shape) for layer in weights] == [(2, 6, 4, 4)] * 2
    for layer in weights:
        torch.testing.assert_close(layer.sum(dim=-1), torch.ones(2, 6, 4))


def test_it_can_be_trained() -> None:
    model = tiny_model().requires_grad_(True)
    model(TOKENS, NoCache()).logsumexp(dim=-1).sum().backward()
    assert all(parameter.grad is not None for parameter in model.parameters())
