"""Chinese text as pieces of one or two characters, English words beside them.

Traditional characters are read as simplified ones, full-width forms as plain ones, capitals as
small letters: the normaliser inside the tokenizer does it, so whoever loads the file gets it too.
With `dropout`, merges are skipped at random, and a word is also seen as its characters.
Source: byte-pair encoding, Sennrich et al. 2016, arXiv:1508.07909; dropout, 1910.13267.
"""

from collections.abc import Sequence

from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, trainers
from tokenizers.processors import TemplateProcessing

from lesson_core.tasks.bilingual.simplified import TABLE

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
PAD, UNKNOWN, BEGIN, END = range(4)
MOST_CHARACTERS = 2  # of one Chinese piece: most words have two, longer pieces are phrases
ALSO = {"於": "于", "妳": "你"}  # GB 2312 holds both, so the table leaves them


def learn(chinese: Sequence[str], english: Sequence[str], size: int) -> Tokenizer:
    """A tokenizer of `size` pieces; every character seen twice is one."""
    tokenizer = Tokenizer(models.BPE(unk_token=SPECIAL[UNKNOWN], fuse_unk=False))
    simplified = {chr(one): other for one, other in TABLE.items()} | ALSO
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            *(normalizers.Replace(one, other) for one, other in simplified.items()),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.BertPreTokenizer(),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Split(Regex(r"\p{Han}+"), behavior="isolated"),
        ]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=list(SPECIAL),
        max_token_length=MOST_CHARACTERS,
        min_frequency=2,
        show_progress=False,
    )
    tokenizer.train_from_iterator([*chinese, *english], trainer)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", BEGIN), ("[SEP]", END)]
    )
    return tokenizer


def cut(
    tokenizer: Tokenizer, texts: Sequence[str], dropout: float | None = None
) -> list[list[int]]:
    """The ids of each text, [CLS] and [SEP] around them; no merge is skipped afterwards."""
    if dropout is not None:
        tokenizer.model.dropout = dropout
    found = [one.ids for one in tokenizer.encode_batch(list(texts))]
    if dropout is not None:
        tokenizer.model.dropout = None
    return found
