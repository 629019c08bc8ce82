"""The next-token distribution as bars, and what top-k and top-p cut away.

What the component receives: {lang, labels, rows: [{id, text, prob, before}], rest: {count, prob,
before}, kept, vocab_size, entropy_bits | null, chosen | null}. Rows are in falling order; `before`
is the probability after temperature but before top-k and top-p, `prob` after both (0 where cut);
the first `kept` tokens can be drawn. `rest` sums up every token that has no row.
"""

from collections.abc import Callable

from lesson_core.theory.next_token import Distribution
from pages.ui.component_loader import mount

ROWS = 15


def distribution(
    *,
    key: str,
    before: Distribution,
    after: Distribution,
    text: Callable[[int], str],
    chosen: int | None = None,
    rows: int = ROWS,
) -> None:
    """Draw `after` (temperature, top-k, top-p) with what was cut from `before` (temperature only).

    Both rank the vocabulary alike; `text` names a token id for display.
    """
    shown = list(zip(before.top(rows), after.top(rows), strict=True))
    lines = [
        {"id": token, "text": text(token), "prob": prob, "before": was}
        for (token, was), (_, prob) in shown
    ]
    vocab_size = len(before.ids)
    rest = {
        "count": vocab_size - len(lines),
        "prob": max(0.0, 1.0 - sum(prob for _, (_, prob) in shown)),
        "before": max(0.0, 1.0 - sum(was for (_, was), _ in shown)),
    }
    data = {
        "rows": lines,
        "rest": rest,
        "kept": after.kept,
        "vocab_size": vocab_size,
        "entropy_bits": after.entropy_bits,
        "chosen": chosen,
    }
    mount("distribution", key=key, data=data)
