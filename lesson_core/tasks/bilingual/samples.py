"""Completions of the bundled model to look at, greedy and at temperature 0.7.

python -m lesson_core.tasks.bilingual.samples
"""

import argparse
import sys
from pathlib import Path

import torch

from lesson_core import clock
from lesson_core.generate.decode import generate
from lesson_core.generate.sample import Sampler
from lesson_core.model import weights
from lesson_core.model.cache import new_cache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling
from lesson_core.tasks.bilingual.prepare import FOLDER
from lesson_core.text.tokenizer import Tokenizer

ENGLISH = [
    "The sky is blue because",
    "Once upon a time",
    "Question: What is a computer?\nAnswer:",
    "Question: What is a language model?\nAnswer:",
    "Question: Why is water important?\nAnswer:",
    "Question: What is a dog?\nAnswer:",
    "Question: How do I make a cup of tea?\nAnswer:",
    "Question: What is the capital of France?\nAnswer:",
    "A computer is",
    "A good friend is",
    "One day, a little girl",
    "The cat is",
    "I like to",
    "The sun is",
    "My mother",
    "Large models are slow because",
    "A token is",
    "We need sleep because",
    "In the morning",
    "English: Good morning.\n中文：",
]
CHINESE = [
    "今天天气",
    "我喜欢",
    "问：什么是电脑？\n答：",
    "问：什么是语言模型？\n答：",
    "问：天空为什么是蓝色的？\n答：",
    "从前，有一只",
    "他昨天",
    "我的朋友",
    "你为什么",
    "星期天，我和家人",
    "语言模型",
    "北京是",
    "这本书",
    "妈妈",
    "如果明天下雨",
    "请问",
    "汤姆",
    "学习中文",
    "问：法国的首都是哪里？\n答：",
    "中文：我很高兴认识你。\nEnglish:",
]


def complete(
    model: Transformer, tokenizer: Tokenizer, prompt: str, sampling: Sampling, new_tokens: int = 48
) -> str:
    """The model's continuation of `prompt`, without the prompt."""
    ids = tokenizer.encode(prompt)
    dtype = model.embedding.weight.dtype
    cache = new_cache("preallocated", model.config, 1, len(ids) + new_tokens, dtype, "cpu")
    events = generate(
        model,
        tokenizer,
        ids,
        new_tokens=new_tokens,
        sampler=Sampler(sampling),
        cache=cache,
        clock=clock.on("cpu"),
        start_s=0.0,
    )
    return "".join(event.text or "" for event in events)


def main() -> None:
    """Write every prompt with both completions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    model = weights.load(folder, dtype=torch.float32, device="cpu")
    tokenizer = Tokenizer.load(folder)
    for prompt in (*ENGLISH, *CHINESE):
        for temperature in (0.0, 0.7):
            sampling = Sampling(temperature=temperature, top_p=0.9, seed=1)
            text = complete(model, tokenizer, prompt, sampling)
            sys.stdout.write(f"[{temperature}] {prompt} ▸{text}\n")


if __name__ == "__main__":
    main()
