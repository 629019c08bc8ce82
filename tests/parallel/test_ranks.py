"""Two real processes against one: the same logits, the same tokens, and no process left behind."""

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace

import psutil
import pytest
import torch
from safetensors.torch import load_file

from lesson_core import clock
from lesson_core.artefacts.manifest import checked_folder
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.errors import LabError
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.model.cache import KVCache
from lesson_core.parallel.launch import ROOT, Ranks, Stopped
from lesson_core.parallel.work import random_model
from lesson_core.schema.config import ModelConfig
from lesson_core.schema.plain import to_plain
from lesson_core.theory.parallelism import layer_cuts

LLAMA = {
    "model_type": "llama", "vocab_size": 51, "hidden_size": 24, "intermediate_size": 41,
    "num_hidden_layers": 3, "num_attention_heads": 6, "num_key_value_heads": 3,
    "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "tie_word_embeddings": True,
}  # fmt: skip
GPT2 = {
    "model_type": "gpt2", "vocab_size": 50, "n_embd": 24, "n_layer": 3, "n_head": 3,
    "n_positions": 64, "layer_norm_epsilon": 1e-5,
}  # fmt: skip
SHAPES = {
    "llama, heads 2 + 1": LLAMA,
    "qwen3, norms per head": {**LLAMA, "model_type": "qwen3", "tie_word_embeddings": False},
    "qwen2, biases into attention": {**LLAMA, "model_type": "qwen2"},
    "gpt2, biases after the sums": GPT2,
}
IDS, NEW = [3, 14, 15, 9, 26, 5], 7


@pytest.fixture(scope="module")
def ranks():
    with Ranks(2) as both:
        yield both


def alone(config: ModelConfig, ids: list[int], new_tokens: int) -> torch.Tensor:
    """Logits per pass of one process: [new_tokens, vocab_size]."""
    model = random_model(config, seed=1, dtype=torch.float64, device="cpu")
    cache = KVCache(config, 1, len(ids) + new_tokens, torch.float64, "cpu")
    told = [prefill(model, torch.tensor([ids]), cache)]
    while len(told) < new_tokens:
        told.append(decode_one_token(model, told[-1].argmax(dim=-1, keepdim=True), cache))
    return torch.cat(told)


def given(ranks: Ranks, config: ModelConfig, **how: object) -> None:
    ranks.ask("invent", model="m", config=to_plain(config), seed=1, dtype="fp64")
    ranks.ask("cut", model="m", piece="piece", **how)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_tensor_parallel_is_the_same_model(ranks, shape):
    config = ModelConfig.from_hf(shape)
    given(ranks, config)
    file = str(ranks.folder / "logits")
    replies = ranks.ask("answer", model="piece", ids=IDS, new_tokens=NEW, save=file)
    expected = alone(config, IDS, NEW)
    torch.testing.assert_close(load_file(file)["logits"], expected, rtol=1e-12, atol=1e-12)
    tokens = expected.argmax(dim=-1).tolist()
    assert [reply["tokens"] for reply in replies] == [tokens, tokens]
    assert all(0 < talk < whole for r in replies
               for talk, whole in zip(r["talk_s"], r["seconds"], strict=True))  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("by", ["layers", "weights"])
def test_a_pipeline_is_the_same_model(ranks, shape, by):
    config = ModelConfig.from_hf(shape)
    given(ranks, config, ends=layer_cuts(config, 2, by))
    file = str(ranks.folder / "logits")
    other = [4, 4, 4, 40, 41, 2]
    prompts = [[IDS], [other], [IDS]]
    first, last = ranks.ask("pipelined", model="piece", prompts=prompts, new_tokens=NEW,
                            save=file)  # fmt: skip
    logits = load_file(file)["logits"]  # [pass, micro-batch, 1, vocab_size]
    for micro, prompt in enumerate(prompts):
        expected = alone(config, prompt[0], NEW)
        torch.testing.assert_close(logits[:, micro, 0], expected, rtol=1e-12, atol=1e-12)
        tokens = [row[micro][0] for row in last["tokens"]]
        assert tokens == expected.argmax(dim=-1).tolist()
    assert first["tokens"] == [[]] * NEW
    assert len(first["spans"]) == len(last["spans"]) == 3 * NEW


def test_a_rank_holds_only_its_share(ranks):
    config = ModelConfig.from_hf(LLAMA)
    ranks.ask("invent", model="m", config=to_plain(config), seed=1, dtype="fp64")
    groups = [reply["numbers"] for reply in ranks.ask("cut", model="m", piece="a")]
    whole = sum(p.numel() for p in random_model(config, 1, torch.float64, "cpu").parameters())
    assert groups[1] < groups[0] < whole  # two KV groups against one
    ends = layer_cuts(config, 2, "layers")
    staged = [r["numbers"] for r in ranks.ask("cut", model="m", piece="b", ends=ends)]
    assert ends == (1, 3)
    assert staged[0] < staged[1] < whole


def test_two_collectives_per_layer_and_one_for_the_head():
    """A rank that forgets to add its part, or adds it twice, gives other logits."""
    from lesson_core.parallel import tensor

    config = ModelConfig.from_hf(LLAMA)
    model = random_model(config, seed=1, dtype=torch.float64, device="cpu")
    said: list[torch.Tensor] = []

    class Mute(tensor.Talk):
        def summed(self, x):
            said.append(x)
            return x

        def gathered(self, x, sizes):
            return torch.nn.functional.pad(x, (0, sum(sizes) - x.shape[-1]))

    piece = tensor.shard(model, 0, 2, Mute(clock.now))
    cache = KVCache(piece.config, 1, 16, torch.float64, "cpu")
    wrong = prefill(piece, torch.tensor([IDS]), cache)
    assert len(said) == 2 * config.n_layers
    assert said[0].shape == (1, len(IDS), config.d_model)
    right = alone(config, IDS, 1)
    assert float((wrong - right)[:, :26].abs().max()) > 1e-3


def test_more_ranks_than_kv_groups_is_a_sentence():
    from lesson_core.parallel import tensor

    config = ModelConfig.from_hf(LLAMA)
    model = random_model(config, seed=1, dtype=torch.float64, device="cpu")
    with pytest.raises(LabError, match="ranks_too_many"):
        tensor.shard(model, 0, 4, tensor.Talk(clock.now))


def test_a_killed_rank_ends_the_job_and_its_peer():
    ranks = Ranks(2)
    pids = ranks.pids
    threading.Timer(0.5, os.kill, (pids[1], signal.SIGKILL)).start()
    with ranks, pytest.raises(LabError) as caught:
        for _ in range(100):  # far more work than half a second
            ranks.ask("all_reduce", sizes=[4_000_000] * 8, repeats=20)
    assert caught.value.code == "rank_died"
    assert caught.value.values == {"rank": 1, "cause": "SIGKILL"}
    assert not any(map(psutil.pid_exists, pids))
    assert not ranks.folder.exists()


def test_a_rank_that_fails_says_what():
    ranks = Ranks(2)
    with ranks, pytest.raises(LabError) as caught:
        ranks.ask("cut", model="nobody loaded it", piece="a")
    assert caught.value.code == "rank_failed"
    assert caught.value.values["kind"] == "KeyError"
    assert not any(map(psutil.pid_exists, ranks.pids))


def test_a_rank_that_hangs_is_not_waited_for_for_ever():
    ranks = Ranks(2)
    os.kill(ranks.pids[0], signal.SIGSTOP)
    with ranks, pytest.raises(LabError, match="rank_silent"):
        ranks.ask("all_reduce", sizes=[4], repeats=1, patience_s=1.0)
    assert not any(map(psutil.pid_exists, ranks.pids))


def test_cancelling_ends_the_ranks():
    wanted = threading.Event()
    ranks = Ranks(2, cancelled=wanted.is_set)
    threading.Timer(0.3, wanted.set).start()
    with ranks, pytest.raises(Stopped):
        for _ in range(100):
            ranks.ask("all_reduce", sizes=[4_000_000] * 8, repeats=20)
    assert not any(map(psutil.pid_exists, ranks.pids))


def test_ranks_follow_the_process_that_started_them():
    """SIGKILL gives nobody a chance to clean up; the ranks notice by themselves."""
    script = (
        "from lesson_core.parallel.launch import Ranks\n"
        "ranks = Ranks(2)\n"
        "print(*ranks.pids, flush=True)\n"
        "ranks.ask('all_reduce', sizes=[4_000_000] * 8, repeats=100_000)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, text=True,
                              stdout=subprocess.PIPE)  # fmt: skip
    assert parent.stdout is not None
    pids = [int(word) for word in parent.stdout.readline().split()]
    assert len(pids) == 2
    parent.kill()
    parent.wait()
    parent.stdout.close()
    orphans = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    _, alive = psutil.wait_procs(orphans, timeout=10)
    assert alive == []


def test_ranks_listen_on_the_loopback_device_only(ranks):
    for pid in ranks.pids:
        kinds = psutil.Process(pid).net_connections(kind="inet")
        heard = [c for c in kinds if c.status == psutil.CONN_LISTEN]
        assert all(c.laddr.ip in ("127.0.0.1", "::1") for c in heard)


@pytest.mark.model
def test_the_default_model_on_two_ranks(ranks):
    """fp32: the same to 1e-4 of the largest logit, and the same tokens."""
    from lesson_core.model import weights

    default_folder = checked_folder(DEFAULT)
    model = weights.load(default_folder, dtype=torch.float32, device="cpu")
    ids = [504, 3575, 282, 4649, 314]
    cache = KVCache(model.config, 1, 64, torch.float32, "cpu")
    told = [prefill(model, torch.tensor([ids]), cache)]
    while len(told) < 12:
        told.append(decode_one_token(model, told[-1].argmax(dim=-1, keepdim=True), cache))
    expected = torch.cat(told)
    tokens = expected.argmax(dim=-1).tolist()
    ranks.ask("load", model="real", folder=str(default_folder), dtype="fp32")
    ranks.ask("cut", model="real", piece="shard")
    file = str(ranks.folder / "real")
    replies = ranks.ask("answer", model="shard", ids=ids, new_tokens=12, save=file)
    largest = float(expected.abs().max())
    assert float((load_file(file)["logits"] - expected).abs().max()) < 1e-4 * largest
    assert [reply["tokens"] for reply in replies] == [tokens, tokens]
    ends = layer_cuts(model.config, 2, "weights")
    assert ends == (19, 30)
    ranks.ask("cut", model="real", piece="stage", ends=ends)
    last = ranks.ask("pipelined", model="stage", prompts=[[ids]], new_tokens=12,
                     save=file)[1]  # fmt: skip
    assert float((load_file(file)["logits"][:, 0, 0] - expected).abs().max()) < 1e-4 * largest
    assert [row[0][0] for row in last["tokens"]] == tokens


def test_random_weights_are_the_same_on_every_rank():
    config = replace(ModelConfig.from_hf(LLAMA), n_layers=1)
    a, b = (random_model(config, 7, torch.float64, "cpu") for _ in range(2))
    assert all(torch.equal(x, y) for x, y in zip(a.parameters(), b.parameters(), strict=True))
