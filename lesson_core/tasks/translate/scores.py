"""How good a translation is, by corpus: BLEU and chrF as sacreBLEU computes them.

Both are taken over the whole corpus, never averaged over sentences, and come with sacreBLEU's
signature: without the tokenizer's name a BLEU cannot be compared. Sources: Papineni et al. 2002;
Popović 2015; Post 2018, arXiv:1804.08771.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF

from lesson_core.tasks.translate.pairs import Language

TOKENIZER: dict[Language, str] = {"zh": "zh", "en": "13a"}
"""sacreBLEU's: Chinese character by character, English by the rules of mteval-v13a."""


class Score(NamedTuple):
    """Both numbers from 0 to 100, with what they mean."""

    bleu: float
    chrf: float
    signature: str
    chrf_signature: str
    sentences: int


def score(written: Sequence[str], references: Sequence[str], language: Language) -> Score:
    """One reference for each written sentence."""
    bleu, chrf = BLEU(tokenize=TOKENIZER[language]), CHRF()
    bleu_value = bleu.corpus_score(list(written), [list(references)]).score
    chrf_value = chrf.corpus_score(list(written), [list(references)]).score
    signatures = str(bleu.get_signature()), str(chrf.get_signature())
    return Score(bleu_value, chrf_value, *signatures, len(written))
