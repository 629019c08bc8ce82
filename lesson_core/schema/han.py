"""Which characters are Chinese: the unified ideographs with their first extension."""

import re
from typing import Literal

RANGE = "\u3400-\u9fff"  # goes between the brackets of a pattern
CHARACTER = re.compile(f"[{RANGE}]")


def language(*texts: str) -> Literal["en", "zh"]:
    """ "zh" where one of the texts holds a Chinese character, "en" otherwise."""
    return "zh" if any(CHARACTER.search(text) for text in texts) else "en"
