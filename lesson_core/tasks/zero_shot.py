"""Zero-shot classification by likeness: a text belongs to the class whose description is nearest.

The encoder was trained to put sentences of like meaning side by side, never to tell these classes
apart. A class enters as text and may be new every time; there is nothing to train.
Source: "dataless classification", Chang et al. 2008; with one encoder for both sides, CLIP,
Radford et al. 2021, arXiv:2103.00020 (which also averages several descriptions per class).
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from lesson_core.model.sentences import SentenceEncoder


def class_vectors(encoder: SentenceEncoder, classes: Sequence[Sequence[str]]) -> Tensor:
    """One vector of length 1 per class, the mean of its descriptions' vectors: [C, d_model]."""
    lines = [line for descriptions in classes for line in descriptions]
    vectors = encoder.encode(lines).vectors
    means = [part.mean(dim=0) for part in torch.split_with_sizes(vectors, [*map(len, classes)])]
    return F.normalize(torch.stack(means), dim=-1)


def similarities(texts: Tensor, classes: Tensor) -> Tensor:
    """Cosines of text vectors [N, d_model] and class vectors [C, d_model]: [N, C]."""
    return texts @ classes.T


def classify(
    encoder: SentenceEncoder, texts: Sequence[str], classes: Sequence[Sequence[str]]
) -> Tensor:
    """How near each text is to each class, [N, C]; the largest of a row is the answer."""
    return similarities(encoder.encode(texts).vectors, class_vectors(encoder, classes))
