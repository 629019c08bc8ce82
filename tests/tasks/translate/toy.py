"""A toy language pair, learned in seconds: "the" has no partner, and the order is turned round."""

import random

from lesson_core.tasks.translate.pairs import Pair

WORDS = {
    "dog": "狗", "cat": "猫", "bird": "鸟", "fish": "鱼", "tree": "树", "book": "书", "car": "车",
    "hand": "手", "hill": "山", "fire": "火", "rain": "雨", "gate": "门",
}  # fmt: skip


def pairs(count: int, seed: int = 0) -> list[Pair]:
    """Sentences of two to four nouns, all different."""
    draw = random.Random(seed)
    found: dict[str, Pair] = {}
    while len(found) < count:
        nouns = draw.sample(sorted(WORDS), draw.randint(2, 4))
        english = " ".join(f"the {noun}" for noun in nouns)
        chinese = "".join(WORDS[noun] for noun in reversed(nouns))
        found[english] = Pair(f"T{english[1:]}.", f"{chinese}。")
    return list(found.values())
