"""Zero-shot accuracy on public labelled sets; for benchmarks and tests.

The descriptions of the seven topics and the sentence around them were chosen on the training and
development part of SIB-200, the bare intent names on the development part of CLINC-150. The test
parts are only measured on.
"""

import random
from pathlib import Path

import torch
from torch import Tensor

from lesson_core.model.sentences import SentenceEncoder
from lesson_core.model.transformer import Transformer
from lesson_core.tasks import label_likelihood as likelihood
from lesson_core.tasks import labelled_sets, zero_shot
from lesson_core.tasks.labelled_sets import Split
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory.zero_shot import TEMPLATE

SIB_TOPICS = {
    "science/technology": (
        "science and technology", "scientific research", "computers, machines and engineering",
        "physics, biology and astronomy",
    ),
    "travel": (
        "travel", "tourists, trips, hotels and flights", "advice for travellers visiting a place",
        "transport and things to see",
    ),
    "politics": (
        "politics", "government, elections and laws", "war, conflict and diplomacy",
        "presidents, parties and protests",
    ),
    "sports": (
        "sports", "a game, a match or a race", "athletes, teams and championships",
        "the Olympic Games",
    ),
    "health": (
        "health", "medicine, doctors and hospitals", "diseases, viruses and treatment",
        "illness, injuries and the body",
    ),
    "entertainment": (
        "entertainment", "films, television and music", "actors, singers and celebrities",
        "festivals, art and shows",
    ),
    "geography": (
        "geography", "mountains, rivers, islands and countries",
        "the climate and landscape of a region",
        "where a place lies, its borders and population",
    ),
}  # fmt: skip
INTENTS = 20  # per draw


def sib_vectors(
    encoder: SentenceEncoder, data: Path, lang: str, split: Split
) -> tuple[Tensor, Tensor]:
    """Cosines of sentences and topics [N, 7], and the right topic of each sentence [N]."""
    examples = labelled_sets.sib200(data, lang, split)
    classes = [[TEMPLATE["en"].format(text) for text in texts] for texts in SIB_TOPICS.values()]
    right = [list(SIB_TOPICS).index(example.label) for example in examples]
    near = zero_shot.classify(encoder, [example.text for example in examples], classes)
    return near, torch.tensor(right)


def sib_accuracy(encoder: SentenceEncoder, data: Path, lang: str) -> float:
    """Accuracy on the test part of SIB-200, its topics described in English."""
    near, right = sib_vectors(encoder, data, lang, "test")
    return float((near.argmax(dim=1) == right).double().mean())


def sib_likelihood(model: Transformer, tokenizer: Tokenizer, data: Path) -> dict[str, float]:
    """Accuracy on the English test part by likelihood: the sum, per token, and less the prior."""
    examples = labelled_sets.sib200(data, "en", "test")
    names = [descriptions[0] for descriptions in SIB_TOPICS.values()]
    labels = likelihood.label_ids(tokenizer, names, "en")
    prompts = [likelihood.prompt(tokenizer, text, "en")[0]
               for text in (likelihood.NO_TEXT, *(one.text for one in examples))]  # fmt: skip
    told = torch.stack([likelihood.shared(model, ids, labels) for ids in prompts])
    totals, prior = told[1:], told[0]
    right = torch.tensor([list(SIB_TOPICS).index(example.label) for example in examples])
    scores = {
        "sum": totals,
        "token": likelihood.per_token(totals, labels),
        "prior": likelihood.less_prior(totals, prior),
    }
    hits = {rule: (score.argmax(dim=1) == right).double() for rule, score in scores.items()}
    return {rule: float(hit.mean()) for rule, hit in hits.items()}


def clinc_accuracy(
    encoder: SentenceEncoder, data: Path, draws: int, seed: int = 0, split: Split = "test"
) -> list[float]:
    """Accuracy among 20 random intents, once per draw; an intent is described by its name."""
    examples = labelled_sets.clinc150(data, split)
    names = sorted({example.label for example in examples})
    chance = random.Random(seed)
    drawn = [chance.sample(range(len(names)), INTENTS) for _ in range(draws)]
    used = [one for one in examples if any(names.index(one.label) in some for some in drawn)]
    classes = [[name.replace("_", " ")] for name in names]
    near = zero_shot.classify(encoder, [example.text for example in used], classes)
    right = torch.tensor([names.index(example.label) for example in used])
    found = []
    for some in map(torch.tensor, drawn):
        of = torch.isin(right, some)
        said = some[near[of][:, some].argmax(dim=1)]
        found.append(float((said == right[of]).double().mean()))
    return found
