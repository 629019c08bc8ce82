"""The peers of `requirements-bench.txt`, each at its plain best on the same weights."""

import json
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from lesson_core.bench import peer_files
from lesson_core.bench.sides import Prompts, Run
from lesson_core.clock import now


class _Stamps:
    """A stopping rule that never stops: `generate` asks it after each step."""

    def __init__(self) -> None:
        self.at_s: list[float] = []

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs: object) -> Tensor:
        self.at_s.append(now())
        return torch.zeros(input_ids.shape[0], dtype=torch.bool)


class Transformers:
    """Hugging Face `generate`: SDPA, dynamic KV cache, inference mode, warm."""

    name = "transformers"

    def __init__(self, folder: Path, precision: str, threads: int) -> None:
        from transformers import AutoModelForCausalLM

        self.precision = precision
        self.model = AutoModelForCausalLM.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="sdpa", local_files_only=True
        ).eval()
        self.model.generation_config.eos_token_id = None  # all sides go on past the end of text

    @torch.inference_mode()
    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        from transformers import StoppingCriteriaList

        stamps = _Stamps()
        inputs = torch.tensor(prompts)
        start = now()
        output = self.model.generate(
            inputs,
            attention_mask=torch.ones_like(inputs),
            max_new_tokens=new_tokens,
            do_sample=False,
            use_cache=True,
            pad_token_id=0,
            stopping_criteria=StoppingCriteriaList([stamps]),
        )
        return Run.of([at - start for at in stamps.at_s], output[0, inputs.shape[1] :].tolist())

    @torch.inference_mode()
    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        ids = torch.tensor([token_ids])
        logits = self.model(ids[:, :-1]).logits[0]
        return list(
            torch.nn.functional.cross_entropy(logits, ids[0, 1:], reduction="none").tolist()
        )


class CTranslate2:
    """CTranslate2's Generator: the prompt forwarded at once, greedy, a callback per token."""

    name = "ctranslate2"

    def __init__(self, folder: Path, precision: str, threads: int) -> None:
        import ctranslate2

        self.precision = precision
        kind = {"fp32": "float32", "int8": "int8_float32"}[precision]
        path = peer_files.ctranslate2(folder, precision)
        self.generator = ctranslate2.Generator(
            str(path), device="cpu", compute_type=kind, inter_threads=1, intra_threads=threads
        )
        tokenizer = json.loads((folder / "tokenizer.json").read_text("utf-8"))
        self.words = {number: word for word, number in tokenizer["model"]["vocab"].items()}
        self.words.update({token["id"]: token["content"] for token in tokenizer["added_tokens"]})

    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        at_s: dict[int, float] = {}
        tokens: list[int] = []
        words = [[self.words[i] for i in ids] for ids in prompts]
        start = now()

        def seen(result: Any) -> bool:
            at_s[result.step] = now() - start
            if result.batch_id == 0:
                tokens.append(result.token_id)
            return False

        self.generator.generate_batch(
            words, max_length=new_tokens, min_length=new_tokens, sampling_topk=1,
            include_prompt_in_result=False, callback=seen,
        )  # fmt: skip
        return Run.of([at_s[step] for step in sorted(at_s)], tokens)

    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        scored = self.generator.score_batch([[self.words[i] for i in token_ids]])
        return [-value for value in scored[0].log_probs][1 - len(token_ids) :]


class LlamaCpp:
    """llama.cpp through xllamacpp: its server in this process, with a slot per sequence."""

    name = "llama.cpp"
    LONGEST = 800  # tokens of one sequence

    def __init__(
        self, folder: Path, precision: str, threads: int, file: Path | None = None
    ) -> None:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        self.precision = precision
        self.vocab_size = config["vocab_size"]
        self.longest = min(self.LONGEST, config["max_position_embeddings"])
        self._file, self._threads = file or peer_files.gguf(folder, precision), threads
        self._servers: dict[int, Any] = {}

    def server(self, slots: int) -> Any:
        """A server with this many slots and no more: idle ones would cost it time."""
        if slots not in self._servers:
            import xllamacpp

            params = xllamacpp.CommonParams()
            params.model.path = str(self._file)
            params.n_parallel = slots
            params.n_ctx = slots * self.longest
            params.cpuparams.n_threads = self._threads
            params.cpuparams_batch.n_threads = self._threads
            params.cache_prompt = False
            params.warmup = True
            params.verbosity = -1
            self._servers[slots] = xllamacpp.Server(params)
        return self._servers[slots]

    def run(self, prompts: Prompts, new_tokens: int) -> Run:
        """One sequence by the server's own clock, which leaves its door out; several by ours."""
        server = self.server(len(prompts))
        start = now()
        asked = [_Asked(server, ids, new_tokens) for ids in prompts]
        for one in asked:
            one.join()
        if len(asked) == 1:
            spent = asked[0].timings
            gaps = spent["predicted_n"] - 1
            return Run(spent["prompt_ms"] / 1e3, spent["predicted_ms"] / 1e3 / gaps)
        first = max(one.at_s[0] for one in asked)
        last = max(one.at_s[-1] for one in asked)
        return Run(first - start, (last - first) / (new_tokens - 1))

    def serve(self, prompts: Prompts, lengths: Sequence[int], slots: int) -> float:
        """Seconds until all are answered: handed in at once, batched as the server likes."""
        server = self.server(slots)
        start = now()
        asked = [_Asked(server, *one) for one in zip(prompts, lengths, strict=True)]
        for one in asked:
            one.join()
        assert all(one.timings["predicted_n"] == n for one, n in zip(asked, lengths, strict=True))
        return max(one.at_s[-1] for one in asked) - start

    def tokens(self, prompt: Sequence[int], new_tokens: int) -> tuple[int, ...]:
        """A greedy answer, untimed: the server tells ids only beside their probabilities."""
        return tuple(place["id"] for place in self._places(prompt, new_tokens, 1))

    def losses(self, token_ids: Sequence[int]) -> list[float | None]:
        """One request per token. Where the likeliest token is half a character, nothing is told."""
        found: list[float | None] = []
        for end in range(1, len(token_ids)):
            places = self._places(token_ids[:end], 1, self.vocab_size)
            law = {one["id"]: one["logprob"] for one in places[0]["top_logprobs"]} if places else {}
            found.append(-law[token_ids[end]] if token_ids[end] in law else None)
        return found

    def _places(self, prompt: Sequence[int], new_tokens: int, likeliest: int) -> list[Any]:
        found: list[Any] = []
        self.server(1).handle_completions(
            _request(prompt, new_tokens) | {"stream": False, "n_probs": likeliest},
            lambda answer: found.extend(answer["choices"][0]["logprobs"]["content"]),
        )
        return found


class _Asked(threading.Thread):
    """One request to the server, with the time of each piece and the server's own account."""

    def __init__(self, server: Any, prompt: Sequence[int], new_tokens: int) -> None:
        super().__init__()
        self.at_s: list[float] = []
        self.timings: dict[str, Any] = {}
        self._ask = (server, prompt, new_tokens)
        self.start()

    def run(self) -> None:
        server, prompt, new_tokens = self._ask
        server.handle_completions(_request(prompt, new_tokens), self._seen)

    def _seen(self, piece: Any) -> None:
        for part in piece if isinstance(piece, list) else [piece]:
            self.at_s.append(now())
            self.timings = part.get("timings", self.timings)


def _request(prompt: Sequence[int], new_tokens: int) -> dict[str, Any]:
    return {
        "prompt": list(prompt), "n_predict": new_tokens, "stream": True, "temperature": 0.0,
        "ignore_eos": True, "cache_prompt": False,
    }  # fmt: skip
