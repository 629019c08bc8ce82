"""Zero-shot classification by a language model: how likely is each label as the next words?

log p(label | prompt) is the sum over the label's tokens. Two things spoil it as a score: a longer
label has more factors below 1, and a common word is likely after any prompt. The first is mended by
the mean per token, the second by taking off what the label gets when there is no text at all.
Source: Brown et al. 2020, arXiv:2005.14165 (per token, and the prior); Holtzman et al. 2021,
arXiv:2104.08315 (PMI_DC, the prior we take off); Zhao et al. 2021, arXiv:2102.09690.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.cache import KVCache, NoCache
from lesson_core.model.transformer import Transformer
from lesson_core.text.tokenizer import Tokenizer

Ids = Sequence[int]
PROMPT = {"en": "\nTopic:", "zh": "\n主题："}
NO_TEXT = ""  # the question alone: what it leads to before any text has spoken
LONGEST = 512  # tokens of a text; what comes later is not read


def prompt(tokenizer: Tokenizer, text: str, lang: str) -> tuple[list[int], int]:
    """The text and the question that a label answers, as ids; how many tokens were left out."""
    ids = tokenizer.encode(text)
    return [*ids[:LONGEST], *tokenizer.encode(PROMPT[lang])], max(0, len(ids) - LONGEST)


def label_ids(tokenizer: Tokenizer, names: Sequence[str], lang: str) -> list[list[int]]:
    """The labels as they would follow: in English after a space."""
    return [tokenizer.encode(name if lang == "zh" else f" {name}") for name in names]


@torch.inference_mode()
def whole(model: Transformer, prompt: Ids, labels: Sequence[Ids]) -> Tensor:
    """The obvious twin: prompt and label together, once per label. log p, [C]."""
    found = []
    for label in labels:
        ids = torch.tensor([[*prompt, *label]], device=_device(model))
        told = model.hidden(ids, NoCache())[0, len(prompt) - 1 : -1]  # each tells of the next token
        logs = F.log_softmax(model.logits(told).float(), dim=-1)  # [len(label), vocab_size]
        found.append(logs[range(len(label)), label].sum())
    return torch.stack(found).cpu()


@torch.inference_mode()
def shared(model: Transformer, prompt: Ids, labels: Sequence[Ids]) -> Tensor:
    """The same, reading the prompt once: its keys and values serve all labels. log p, [C]."""
    read = _room(model, 1, len(prompt))
    ids = torch.tensor([prompt], device=_device(model))
    first = F.log_softmax(model.last_logits(ids, read)[0].float(), dim=-1)  # [vocab_size]
    totals = first[[label[0] for label in labels]]  # [C]
    longer = [i for i, label in enumerate(labels) if len(label) > 1]
    if longer:  # only these need a second pass
        totals[longer] += _later(model, read, [labels[i] for i in longer])
    return totals.cpu()


def _later(model: Transformer, read: KVCache, labels: Sequence[Ids]) -> Tensor:
    """log p of each label after its first token, behind the prompt that was read: [C]."""
    lengths = torch.tensor([*map(len, labels)], device=_device(model))
    longest = max(map(len, labels))
    cache = _room(model, len(labels), read.length + longest - 1)
    cache.room[..., : read.length, :] = read.room  # the same for every label
    cache.advance(read.length)
    rows = [[*label, *[0] * (longest - len(label))] for label in labels]
    padded = torch.tensor(rows, device=_device(model))  # [C, longest], padding on the right
    logs = F.log_softmax(model(padded[:, :-1], cache).float(), dim=-1)  # [C, longest - 1, V]
    told = logs.gather(-1, padded[:, 1:, None])[..., 0]
    real = torch.arange(1, longest, device=_device(model)) < lengths[:, None]
    return (told * real).sum(dim=1)


def per_token(totals: Tensor, labels: Sequence[Ids]) -> Tensor:
    """log p divided by the number of tokens of each label: [.., C] to [.., C]."""
    return totals / torch.tensor([*map(len, labels)])


def less_prior(totals: Tensor, content_free: Tensor) -> Tensor:
    """log p(label | text) − log p(label | no text): what the text itself says for the label."""
    return totals - content_free


def _room(model: Transformer, batch: int, tokens: int) -> KVCache:
    weight = model.norm.weight
    assert isinstance(weight, Tensor)
    return KVCache(model.config, batch, tokens, weight.dtype, str(weight.device))


def _device(model: Transformer) -> torch.device:
    return model.embedding.weight.device
