"""What each rung writes: the same beginnings for all, greedy and sampled."""

from pathlib import Path

import torch

from lesson_core.model import weights
from lesson_core.schema.specs import Sampling
from lesson_core.tasks.bilingual.samples import complete
from lesson_core.text.tokenizer import Tokenizer

PROMPTS = (
    "The sky is blue because",
    "Once upon a time, a little girl",
    "Question: What is the difference between a cat and a dog?\nAnswer:",
    "The old clock",
    "English: I like to read books.\n中文：",
    "今天天气",
    "我的朋友",
)
GREEDY, SAMPLED = Sampling(), Sampling(temperature=0.7, top_p=0.9, seed=1)


def samples(folder: Path, new_tokens: int = 40) -> list[dict[str, str]]:
    """Continuations of every prompt by the model in `folder`."""
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.load(folder)
    return [
        {
            "prompt": prompt,
            "greedy": complete(model, tokenizer, prompt, GREEDY, new_tokens),
            "sampled": complete(model, tokenizer, prompt, SAMPLED, new_tokens),
        }
        for prompt in PROMPTS
    ]
