"""The default model, whole: the same 64 greedy tokens as transformers, up to a near-tie."""

from pathlib import Path

import pytest
import torch

from lesson_core.artefacts.home import folder_of
from lesson_core.artefacts.registry import DEFAULT
from lesson_core.generate.decode import greedy
from lesson_core.model.cache import NoCache, new_cache
from lesson_core.model.weights import census, load
from lesson_core.text.tokenizer import Tokenizer

pytestmark = pytest.mark.model
NEAR_TIE = 1e-3  # logits


@pytest.fixture(scope="module")
def folder() -> Path:
    return folder_of(DEFAULT)


def test_the_same_64_greedy_tokens(folder: Path) -> None:
    from transformers import AutoModelForCausalLM

    ours = load(folder, dtype=torch.float32, device="cpu")
    theirs = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    theirs.generation_config.eos_token_id = None
    question = [{"role": "user", "content": "Why is the sky blue? 为什么？ 2024"}]
    prompt = torch.tensor([Tokenizer.load(folder).chat(question)])
    expected = theirs.generate(
        prompt,
        attention_mask=torch.ones_like(prompt),
        max_new_tokens=64,
        do_sample=False,
        pad_token_id=0,
    )[0].tolist()
    size = prompt.shape[1] + 64
    cache = new_cache("preallocated", ours.config, 1, size, torch.float32, "cpu")
    answer = [*prompt[0].tolist(), *greedy(ours, prompt, 64, cache)[0].tolist()]
    split = next((i for i in range(size) if answer[i] != expected[i]), size)
    if split < size:
        with torch.inference_mode():
            scores = ours.last_logits(torch.tensor([answer[:split]]), NoCache())[0]
        top = scores.topk(2).values
        assert float(top[0] - top[1]) < NEAR_TIE, f"token {split} differs"


def test_its_census_is_its_size(folder: Path) -> None:
    model = load(folder, dtype=torch.float32, device="cpu")
    assert sum(row.params for row in census(model)) == 134_515_008
