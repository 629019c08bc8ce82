"""The student before its training: some of the teacher's layers, and a table of glosses.

The layers know how to make a sentence out of word vectors, in no particular language; what they
lack is a vector for each Chinese piece. That one is guessed from the pairs (`alignment`). Layers
are left out so that it stays small; these four came nearest to all six on English sentences.
"""

import torch
from tokenizers import Tokenizer
from torch import Tensor

from lesson_core.model.encoder import Encoder, EncoderConfig
from lesson_core.model.sentences import SentenceEncoder
from lesson_core.tasks.student import alignment, tokens
from lesson_core.tasks.translate.pairs import Pair

LAYERS = (0, 2, 4, 5)
LONGEST = 256  # positions kept: the teacher reads no more
CUTS = (None, 0.3, 1.0)  # each sentence three times: as pieces, partly apart, as characters
THEIRS = {tokens.PAD: 0, tokens.UNKNOWN: 100, tokens.BEGIN: 101, tokens.END: 102}
"""Our special pieces and the teacher's ids of the same."""


def begin(teacher: SentenceEncoder, vectors: Tensor) -> Encoder:
    """A student with the teacher's layers and these vectors of pieces, [vocab_size, d_model]."""
    body = teacher.model
    wanted = {"tokens.weight": special(vectors, body.tokens.weight)}
    for ours, theirs in enumerate(LAYERS):
        for name, weight in body.layers[theirs].state_dict().items():
            wanted[f"layers.{ours}.{name}"] = weight
    wanted["positions.weight"] = body.positions.weight[:LONGEST]
    wanted["segments.weight"] = body.segments.weight[:1]
    wanted["norm.weight"], wanted["norm.bias"] = body.norm.weight, body.norm.bias
    student = Encoder(shape(wanted))
    student.load_state_dict(wanted)
    return student


def shape(weights: dict[str, Tensor]) -> EncoderConfig:
    """The shape of a student with these weights; heads and norms are the teacher's."""
    vocab_size, d_model = weights["tokens.weight"].shape
    return EncoderConfig(
        vocab_size=vocab_size,
        d_model=d_model,
        n_layers=len(LAYERS),
        n_heads=d_model // 32,
        d_ff=weights["layers.0.up.weight"].shape[0],
        max_len=LONGEST,
        segments=1,
        norm_eps=1e-12,
    )


def links(teacher: SentenceEncoder, cut: Tokenizer, pairs: list[Pair]) -> alignment.Links:
    """What stands together in the pairs: our pieces, and the teacher's."""
    english = [pair.english for pair in pairs]
    theirs = [row[1:-1] for row in tokens.cut(teacher.tokenizer, english)]
    chinese = [pair.chinese for pair in pairs]
    ours = [row for dropout in CUTS for row in tokens.cut(cut, chinese, dropout)]
    return alignment.Links(
        ours, theirs * len(CUTS), cut.get_vocab_size(), len(teacher.model.tokens.weight)
    )


def table(teacher: SentenceEncoder, cut: Tokenizer, pairs: list[Pair]) -> Tensor:
    """A gloss for every piece, [vocab_size, d_model]; an unseen one reads as unknown."""
    known = teacher.model.tokens.weight
    glosses, seen = alignment.glosses(links(teacher, cut, pairs), known)
    glosses[~seen] = known[THEIRS[tokens.UNKNOWN]]
    return glosses


def random_table(teacher: SentenceEncoder, size: int, seed: int) -> Tensor:
    """Vectors that mean nothing, as long as the teacher's on the whole: [size, d_model]."""
    known = teacher.model.tokens.weight
    draw = torch.Generator().manual_seed(seed)
    return torch.randn(size, known.shape[1], generator=draw) * known.std()


def special(vectors: Tensor, known: Tensor) -> Tensor:
    """The same vectors, with the teacher's own for the special pieces."""
    vectors = vectors.clone()
    for one, other in THEIRS.items():
        vectors[one] = known[other]
    return vectors
