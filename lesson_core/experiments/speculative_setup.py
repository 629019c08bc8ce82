"""A model and a prompt for job `speculative`: answered plainly, by a drafter, one pass timed."""

from collections.abc import Iterator
from dataclasses import replace
from statistics import median

import torch

from lesson_core.artefacts import home, manifest
from lesson_core.artefacts.registry import DEFAULT, Registry
from lesson_core.errors import LabError
from lesson_core.experiments import setting
from lesson_core.experiments.setting import Lab, Loaded
from lesson_core.generate.speculative import Round, Verifier, plainly, speculate
from lesson_core.generate.speculative_draft import (
    Drafter,
    DraftModel,
    EarlyExit,
    Lookup,
    check_same_vocabulary,
)
from lesson_core.generate.speculative_subset import Subset, SubsetDraft
from lesson_core.model import weights
from lesson_core.model.cache import Cache, KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.schema.specs import Sampling, Speculation
from lesson_core.text.tokenizer import Tokenizer

GREEDY = Sampling()


class Setup:
    """A model and a prompt, answered again and again, each time with an empty cache."""

    def __init__(self, spec: Speculation, lab: Lab, loaded: Loaded) -> None:
        self.spec, self.lab, self.loaded = spec, lab, loaded
        self.ids, _ = setting.encode(loaded, spec.prompt, spec.chat, spec.new_tokens)
        self.eos_ids = loaded.tokenizer.eos_ids
        self.small: Loaded | None = None
        self.narrow: tuple[Transformer, Subset] | None = None
        if spec.recipe.drafting == "model":
            drafts = [found.id for found in Registry.load().all() if found.kind == "draft"]
            if spec.recipe.draft_model in drafts:
                self.narrow = self._narrow()
            else:
                self.small = self._small()

    def plain(self) -> list[Round]:
        return list(
            plainly(
                self.loaded.model, self.ids, new_tokens=self.spec.new_tokens, sampling=GREEDY,
                cache=self.cache(self.loaded), clock=self.lab.clock, eos_ids=self.eos_ids,
            )
        )  # fmt: skip

    def fast(self, gamma: int) -> Iterator[Round]:
        cache = self.cache(self.loaded)
        return speculate(
            self.loaded.model, self.ids, new_tokens=self.spec.new_tokens, sampling=GREEDY,
            cache=cache, clock=self.lab.clock, eos_ids=self.eos_ids,
            drafter=self.drafter(cache), gamma=gamma,
        )  # fmt: skip

    def drafter(self, cache: Cache) -> Drafter:
        if self.spec.recipe.drafting == "lookup":
            return Lookup()
        if self.small is not None:
            return DraftModel(self.small.model, self.cache(self.small), GREEDY)
        if self.narrow is not None:
            model, subset = self.narrow
            weight = model.embedding.weight
            room = len(self.ids) + self.spec.new_tokens
            kept = KVCache(model.config, 1, room, weight.dtype, str(weight.device))
            return SubsetDraft(DraftModel(model, kept, GREEDY), subset)
        if not isinstance(cache, KVCache):
            raise LabError("draft_needs_room", cache=self.spec.recipe.cache)
        return EarlyExit(self.loaded.model, cache, self.spec.recipe.skip_layers, GREEDY)

    def cache(self, loaded: Loaded) -> Cache:
        recipe = self.spec.recipe
        room = len(self.ids) + self.spec.new_tokens
        return setting.cache_for(loaded, recipe.cache, room, recipe.kv_precision)

    @torch.inference_mode()
    def pass_s(self, width: int) -> float:
        """Seconds of one pass over `width` positions after the prompt: the median of five."""
        cache = self.cache(self.loaded)
        device = self.loaded.model.embedding.weight.device
        self.loaded.model.last_logits(torch.tensor([self.ids], device=device), cache)
        verify = Verifier(self.loaded.model, cache)
        token_ids = torch.tensor([(self.ids * width)[:width]], device=device)
        seconds = []
        for _ in range(6):
            start = self.lab.clock()
            verify(token_ids)
            seconds.append(self.lab.clock() - start)
            cache.trim(width)
        return median(seconds[1:])

    @torch.inference_mode()
    def margin(self, answer_ids: list[int]) -> float:
        """How far the two likeliest tokens after prompt and `answer_ids` lie apart, in logits."""
        text = torch.tensor([[*self.ids, *answer_ids]])
        top = self.loaded.model.last_logits(text, NoCache())[0].topk(2).values
        return float(top[0] - top[1])

    def _small(self) -> Loaded:
        name = self.spec.recipe.draft_model
        small = self.lab.model(replace(self.spec.recipe, model=name))
        check_same_vocabulary(self.loaded.tokenizer, small.tokenizer, name)
        if small.config.vocab_size != self.loaded.config.vocab_size:
            raise LabError("draft_tokenizer_differs", draft=name)
        return small

    def _narrow(self) -> tuple[Transformer, Subset]:
        """A draft that says some of the default model's tokens, for whoever has the same ones."""
        name, device = self.spec.recipe.draft_model, self.loaded.model.embedding.weight.device
        known = Tokenizer.load(home.folder_of(DEFAULT))
        check_same_vocabulary(self.loaded.tokenizer, known, name)
        folder = manifest.checked_folder(name)
        model = weights.load(folder, dtype=torch.float32, device=str(device))
        return model, Subset.load(folder, self.loaded.config.vocab_size)
