"""A Qwen3 checkpoint as the Hub would hand it out, weights random: prompt in, text out, as chat."""

from pathlib import Path

import torch

from lesson_core.generate.decode import generate
from lesson_core.generate.sample import Sampler
from lesson_core.model.cache import new_cache
from lesson_core.model.weights import load
from lesson_core.schema.specs import Sampling
from lesson_core.text.tokenizer import Tokenizer
from tests.equivalence import families
from tests.text.tiny import save_tokenizer


def test_a_random_qwen3_answers_a_chat(tmp_path: Path) -> None:
    torch.manual_seed(5)
    theirs = families._qwen3(
        vocab_size=261,
        num_key_value_heads=2,
        head_dim=16,
        max_position_embeddings=256,
        eos_token_id=258,
    ).eval()
    theirs.save_pretrained(tmp_path)
    save_tokenizer(tmp_path, template="{%- if enable_thinking is false %}{%- endif %}")
    tokenizer = Tokenizer.load(tmp_path)
    model = load(tmp_path, dtype=torch.float32, device="cpu")
    prompt = tokenizer.chat([{"role": "user", "content": "你好, 2024 😀"}])
    events = list(
        generate(
            model,
            tokenizer,
            prompt,
            new_tokens=12,
            sampler=Sampler(Sampling()),
            cache=new_cache("preallocated", model.config, 1, 256, torch.float32, "cpu"),
            clock=lambda: 0.0,
            start_s=0.0,
        )
    )
    ids = [event.token_id for event in events if event.stage == "sample"]
    expected = theirs.generate(
        torch.tensor([prompt]),
        attention_mask=torch.ones(1, len(prompt), dtype=torch.long),
        max_new_tokens=12,
        do_sample=False,
        eos_token_id=list(tokenizer.eos_ids),
        pad_token_id=0,
    )
    assert ids == expected[0, len(prompt) :].tolist()
    said = "".join(event.text or "" for event in events)
    assert said == tokenizer.decode(i for i in ids if i is not None)
