"""Varied strings, the same on every run: digits, blank lines, Chinese, emoji, code, spaces."""

import random

PIECES = [
    "The quick brown fox", "it's", "we'll", "naïve café", "ÅÄÖ", "don't", " ", "  ", "     ",
    "\n", "\n\n", "\n\n\n", "\t", "\r\n", " \n ", "0", "7", "42", "1999", "3.14159", "1,000,000",
    "²", "½", "Ⅷ", "٣٤", "一二三", "你好", "世界，", "大模型推理", "。", "！？",
    "「引」", "😀", "👩‍👩‍👧",
    "🇨🇳", "❤️", "def f(x):\n    return x ** 2", "for i in range(10):", "{'a': [1, 2]}", "</div>",
    "x+=1;", "//", "#", "$E=mc^2$", "__init__", "snake_case", "CamelCase", "ALLCAPS", "שלום",
    "مرحبا", "नमस्ते", "ไทย", "한국어", "日本語", "ß", "ﬁ", "e\u0301", "\u200b", "\u00a0", "\u3000",
    "\x00", "\x1c", "\x7f", "\u2028", "<|im_end|>", "<|endoftext|>", "...", "--", "—", "…",
    "a" * 30,
]  # fmt: skip


def varied(count: int = 2_000) -> list[str]:
    choose = random.Random(11)
    return ["".join(choose.choices(PIECES, k=choose.randint(1, 9))) for _ in range(count)]
