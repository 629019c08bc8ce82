"""The two sides of `bench engine`: the lab's own engine, and Hugging Face transformers.

Both answer a prompt greedily and note the time of each token as soon as it is known, so one run
gives the time to the first token (prefill) and the gaps between the later ones (decode).
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor

from lesson_core.clock import now
from lesson_core.generate.decode import decode_one_token, prefill
from lesson_core.generate.sample import Sampler
from lesson_core.model.cache import NoCache, new_cache
from lesson_core.model.weights import load
from lesson_core.schema.specs import Sampling


@dataclass(frozen=True)
class Run:
    """One answer: its tokens, and seconds from the request to each of them."""

    tokens: tuple[int, ...]
    at_s: tuple[float, ...]

    @property
    def prefill_s(self) -> float:
        """Seconds to the first token."""
        return self.at_s[0]

    @property
    def decode_s(self) -> float:
        """Seconds per later token: n tokens have n - 1 gaps."""
        return (self.at_s[-1] - self.at_s[0]) / (len(self.at_s) - 1)


class Side(Protocol):
    """Something that answers a prompt with `new_tokens` tokens, ends of text ignored."""

    name: str
    precision: str

    def run(self, prompt_ids: list[int], new_tokens: int) -> Run: ...


class Ours:
    """The engine as the product runs it: preallocated cache, one step at a time."""

    name = "ours"

    def __init__(self, folder: Path, precision: str, dtype: torch.dtype) -> None:
        self.precision = precision
        self.dtype = dtype
        self.model = load(folder, dtype=dtype, device="cpu")
        self.weight_bytes = sum(weight.nbytes for weight in self.model.parameters())

    def run(self, prompt_ids: list[int], new_tokens: int) -> Run:
        start = now()
        size = len(prompt_ids) + new_tokens
        cache = new_cache("preallocated", self.model.config, 1, size, self.dtype, "cpu")
        sampler = Sampler(Sampling())
        token = sampler(prefill(self.model, torch.tensor([prompt_ids]), cache)[0])
        tokens, at_s = [token], [now() - start]
        while len(tokens) < new_tokens:
            token = sampler(decode_one_token(self.model, torch.tensor([[token]]), cache)[0])
            tokens.append(token)
            at_s.append(now() - start)
        return Run(tuple(tokens), tuple(at_s))

    @torch.inference_mode()
    def margin(self, token_ids: list[int]) -> float:
        """How far the two likeliest next tokens are apart, in logits."""
        top = self.model.last_logits(torch.tensor([token_ids]), NoCache())[0].topk(2).values
        return float(top[0] - top[1])


class _Stamps:
    """A streamer for `generate`: called once with the prompt, then with each new token."""

    def __init__(self) -> None:
        self.at_s: list[float] = []

    def put(self, value: Tensor) -> None:
        self.at_s.append(now())

    def end(self) -> None:
        pass


class Transformers:
    """Hugging Face `generate` at its plain best: SDPA, dynamic KV cache, inference mode, warm."""

    name = "transformers"

    def __init__(self, folder: Path, precision: str, dtype: torch.dtype) -> None:
        from transformers import AutoModelForCausalLM

        self.precision = precision
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="sdpa", local_files_only=True
        ).eval()
        self.model.generation_config.eos_token_id = None  # both sides go on past the end of text

    @torch.inference_mode()
    def run(self, prompt_ids: list[int], new_tokens: int) -> Run:
        stamps = _Stamps()
        inputs = torch.tensor([prompt_ids])
        start = now()
        output = self.model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            max_new_tokens=new_tokens,
            do_sample=False,
            use_cache=True,
            pad_token_id=0,
            streamer=stamps,
        )
        tokens = output[0, len(prompt_ids) :].tolist()
        return Run(tuple(tokens), tuple(at - start for at in stamps.at_s[1:]))
