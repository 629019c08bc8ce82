"""English to Chinese and back with the bundled model: text in, tokens with their looks out."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from lesson_core.errors import LabError
from lesson_core.generate.beam import Answer, Ends, beam, greedy, log_probs, next_log_probs
from lesson_core.model.attending import Shape
from lesson_core.model.encoder_decoder import EncoderDecoder
from lesson_core.schema.translation import MOST_BEAMS, MOST_CHARS, check_translatable
from lesson_core.tasks.translate.batches import other
from lesson_core.tasks.translate.pairs import Language
from lesson_core.tasks.translate.subwords import EOS, START, UNKNOWN, Subwords

FOLDER = "translate-5m"
ALPHA = 0.8  # how much length counts in the score of a beam; a usual value, not tuned
ALIGNED = -1  # the decoder layer whose looks are shown: the one before the words are chosen
MOST_TOKENS = 100


class Written(NamedTuple):
    """One token of the answer, what it is worth, and where the decoder looked for it."""

    piece: str  # a leading ▁ stands for a space; "" is the end
    prob: float
    looks: list[float]  # over the pieces of the source, its end included; they sum to 1


class Candidate(NamedTuple):
    """One answer of a beam search; `score` is its log probability corrected for length."""

    text: str
    log_prob: float
    score: float


class Translation(NamedTuple):
    """A finished translation; `source` are the pieces that were read, "" the sentence's end."""

    text: str
    source: list[str]
    tokens: list[Written]
    candidates: list[Candidate]


class Translator:
    """A model with its vocabulary. Make one with `Translator.load(folder)`."""

    def __init__(self, model: EncoderDecoder, subwords: Subwords) -> None:
        self.model, self.subwords = model, subwords

    @classmethod
    def load(cls, folder: Path) -> "Translator":
        """Read config.json, model.safetensors, tokenizer.json and names.json; weights as fp32.

        LabError: model_files_missing, model_file_damaged, model_tensor_missing.
        """
        subwords = Subwords.load(folder)
        for name in ("config.json", "model.safetensors"):
            if not (folder / name).exists():
                raise LabError("model_files_missing", file=name, folder=str(folder))
        config = json.loads((folder / "config.json").read_text("utf-8"))
        config.pop("model_type")
        model = EncoderDecoder(Shape(**config))
        try:
            tensors = load_file(folder / "model.safetensors")
        except (SafetensorError, OSError) as problem:
            raise LabError(
                "model_file_damaged", file="model.safetensors", problem=str(problem)
            ) from problem
        for name in model.state_dict():
            if name not in tensors:
                raise LabError("model_tensor_missing", name=name)
        model.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
        return cls(model.requires_grad_(False).eval(), subwords)

    def translate(self, text: str, target: Language, beams: int = 4) -> Translation:
        """The best of `beams` candidates (1: greedy), with its tokens and their looks.

        LabError: translate_empty, translate_too_long, translate_language.
        """
        ids = self.read(text, target)
        answers = self.search(ids, target, beams)
        best = answers[0]
        candidates = [
            Candidate(self.subwords.decode(a.ids, target), a.log_prob, a.score(ALPHA))
            for a in answers
        ]
        tokens = self.looked_at(ids, best.ids + [EOS] * best.ended, target)
        return Translation(candidates[0].text, self.subwords.pieces(ids), tokens, candidates)

    def stream(self, text: str, target: Language) -> Iterator[Written]:
        """Greedy, one token at a time as it is written; the last one is the end."""
        ids = self.read(text, target)
        ends = self.ends(target, len(ids))
        with torch.inference_mode():
            past = self.model.read(torch.tensor([ids]))
        past.watch, last = True, ends.start
        for _ in range(ends.max_new):
            with torch.inference_mode():
                logs = next_log_probs(self.model, torch.tensor([[last]]), past, ends)[0]
            prob, last = float(logs.max().exp()), int(logs.argmax())
            looks = looks_of(past.looks)[0]
            past.looks.clear()
            yield Written(self.subwords.pieces([last])[0], prob, looks)
            if last == EOS:
                return

    def many(self, texts: list[str], target: Language, beams: int = 1) -> list[str]:
        """Translations of many sentences; greedy ones of one length share a batch."""
        ids = [[*row, EOS] for row in self.subwords.encode(texts, other(target))]
        out = [""] * len(texts)
        order = sorted(range(len(texts)), key=lambda i: len(ids[i]))
        for _, rows in itertools.groupby(order, key=lambda i: len(ids[i])):
            group = list(rows)
            if beams == 1:
                source = torch.tensor([ids[i] for i in group])
                answers = greedy(self.model, source, self.ends(target, source.shape[1]))
            else:
                answers = [self.search(ids[i], target, beams)[0] for i in group]
            for i, answer in zip(group, answers, strict=True):
                out[i] = self.subwords.decode(answer.ids, target)
        return out

    def read(self, text: str, target: Language) -> list[int]:
        """The ids of a source text, its end included, or a LabError that says what is wrong."""
        check_translatable(text, target)
        source = other(target)
        ids = self.subwords.encode([text], source)[0]
        if len(ids) > MOST_TOKENS:
            raise LabError("translate_too_long", chars=f"{len(text):,}", limit=MOST_CHARS)
        return [*ids, EOS]

    def ends(self, target: Language, source_tokens: int) -> Ends:
        """Where an answer starts and stops; about twice the source is the limit."""
        control: tuple[int, ...] = (UNKNOWN, *START.values())
        longest = min(2 * source_tokens + 8, self.model.shape.max_len)
        return Ends(START[target], EOS, control, longest)

    def search(self, ids: list[int], target: Language, beams: int) -> list[Answer]:
        """Answers, best first."""
        source, ends = torch.tensor([ids]), self.ends(target, len(ids))
        if beams <= 1:
            return greedy(self.model, source, ends)
        return beam(self.model, source, ends, min(beams, MOST_BEAMS), ALPHA)

    @torch.inference_mode()
    def looked_at(self, source: list[int], written: list[int], target: Language) -> list[Written]:
        """The tokens of a known answer with their probabilities and looks, in one pass."""
        past = self.model.read(torch.tensor([source]))
        past.watch = True
        shown = torch.tensor([[START[target], *written]])[:, :-1]
        logits = self.model.logits(self.model.write(shown, past))[0]
        probs = log_probs(logits, self.ends(target, len(source))).exp()
        return [
            Written(piece, float(probs[row, token]), looks)
            for row, (piece, token, looks) in enumerate(
                zip(self.subwords.pieces(written), written, looks_of(past.looks), strict=True)
            )
        ]


def looks_of(layers: list[Tensor]) -> list[list[float]]:
    """Rows of cross-attention, the mean over the heads of one layer: [T][S]."""
    rows: list[list[float]] = layers[ALIGNED][0].mean(dim=0).tolist()
    return rows


def plain(translation: Translation) -> dict[str, Any]:
    """The same as JSON can hold it."""
    return {
        "text": translation.text,
        "source": translation.source,
        "tokens": [token._asdict() for token in translation.tokens],
        "candidates": [candidate._asdict() for candidate in translation.candidates],
    }
