"""Everything the lab says about a model's quality, as one plain object beside its speed."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lesson_core.artefacts.home import lab_home
from lesson_core.artefacts.registry import REPOSITORY
from lesson_core.model.transformer import Transformer
from lesson_core.schema.recipe import KvPrecision
from lesson_core.tasks import quality, quality_compare
from lesson_core.text.tokenizer import Tokenizer
from lesson_core.theory import stats

FOLDER = REPOSITORY / "assets" / "texts"
WIKITEXT = "wikitext2.txt"  # the learner may put the raw text of WikiText-2 under LAB_HOME
WIKITEXT_CHARS = 40_000  # its beginning: enough for two digits, and a minute on a small CPU
NEW_TOKENS = 48


def texts() -> dict[str, list[str]]:
    """The project's own texts by language, paragraph by paragraph; WikiText-2 where it is there.

    The project's texts were written for this measurement: no model was trained on them.
    """
    found = {lang: _paragraphs(FOLDER / f"quality_{lang}.txt") for lang in ("en", "zh")}
    wikitext = lab_home() / WIKITEXT
    if wikitext.is_file():
        found["wikitext2"] = [wikitext.read_text("utf-8", "replace")[:WIKITEXT_CHARS]]
    return found


def _paragraphs(path: Path) -> list[str]:
    return [part.strip() for part in path.read_text("utf-8").split("\n\n") if part.strip()]


def report(
    reference: Transformer,
    model: Transformer,
    tokenizer: Tokenizer,
    by_name: Mapping[str, Sequence[str]],
    kv_precision: KvPrecision = "same",
) -> dict[str, Any]:
    """Per text {perplexity, bits_per_byte, tokens, kl, same_favourite}; over the project's texts
    {agreement: {median, lengths, of}}. `reference` is the model as it was, in fp32."""
    rows: dict[str, Any] = {}
    lengths: list[int] = []
    for name, parts in by_name.items():
        scored = quality.score(model, tokenizer, parts, kv_precision)
        moved = quality_compare.divergence(reference, model, tokenizer, parts, kv_precision)
        rows[name] = {
            "perplexity": scored.perplexity,
            "bits_per_byte": scored.bits_per_byte,
            "tokens": scored.tokens,
            "kl": moved.kl,
            "same_favourite": moved.same_favourite,
        }
        if name in ("en", "zh"):
            lengths += quality_compare.agreement(
                reference, model, tokenizer, parts, NEW_TOKENS, kv_precision
            )
    agreed = None
    if lengths:
        agreed = {"median": stats.median(lengths), "lengths": lengths, "of": NEW_TOKENS}
    return {"texts": rows, "agreement": agreed}
