"""Each figure against the number worked out by hand from the published sizes."""

import pytest

from lesson_core.learn.figures.prose import figures


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("d_params", "134,515,008"), ("d_share", "21"), ("d_fp32_mb", "538"),
        ("d_layer", "3,540,096"), ("t_params_b", "8.03"), ("t_weights_gb", "16.06"),
        ("t_ms", "4.8"), ("t_strict_ms", "4.5"), ("t_tok_s", "209"), ("t_ridge", "295"),
        ("t_h200_ridge", "206"), ("t_h200_pct", "43"), ("t_share", "6.5"), ("t_table_b", "0.525"),
        ("t_prefill_ms", "15"), ("t_tok_32", "6,675"), ("t_logits_mb", "513"), ("t_row_kib", "8"),
    ],
)  # fmt: skip
def test_figures(name: str, text: str) -> None:
    assert figures()[name] == text


def test_the_count_in_the_prose_adds_up() -> None:
    f = {name: int(text.replace(",", "")) for name, text in figures().items() if name[:2] == "d_"
         and "." not in text}  # fmt: skip
    total = f["d_layers"] * f["d_layer"] + f["d_width"] + f["d_vocab"] * f["d_width"]
    assert total == f["d_params"]
