"""A peer in a process of its own answers as it would beside us."""

import pytest
import torch

from lesson_core.bench.apart import Apart
from lesson_core.bench.peers import Transformers


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A tiny random Llama in Hub layout."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, vocab_size=96, max_position_embeddings=64,
    )  # fmt: skip
    path = tmp_path_factory.mktemp("llama")
    LlamaForCausalLM(config).save_pretrained(path)
    return path


@pytest.fixture
def apart(folder):
    side = Apart(Transformers, folder, "fp32", 1)
    yield side
    side.close()


def test_the_answer_is_the_one_given_in_this_process(apart, folder) -> None:
    here = Transformers(folder, "fp32", 1).run([[1, 2, 3]], 8)
    there = apart.run([[1, 2, 3]], 8)
    assert there.tokens == here.tokens
    assert there.prefill_s > 0
    assert there.decode_s > 0


def test_a_peer_that_died_is_named(apart) -> None:
    apart._process.kill()
    apart._process.wait()
    with pytest.raises(RuntimeError, match="transformers died while asked to run"):
        apart.run([[1, 2, 3]], 8)


def test_a_question_it_cannot_answer_ends_it_and_says_which(apart) -> None:
    with pytest.raises(RuntimeError, match="transformers died while asked to juggle"):
        apart._ask("juggle")
