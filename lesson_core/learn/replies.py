"""What people type when asked for a number, and the units they add."""

import math
import re
import unicodedata
from functools import cache

from lesson_core.errors import LabError

NUMBER = r"[+-]?(?:\d[\d,'_ ]*(?:\.\d*)?|\.\d+)"
REPLY = re.compile(
    rf"(?P<number>{NUMBER})(?:e(?P<exp>[+-]?\d+)|\s*[x×*·]\s*10\s*(?:\^|\*\*)\s*(?P<ten>[+-]?\d+))?"
    r"\s*(?P<unit>.*)",
    re.IGNORECASE,
)
OPENING = re.compile(
    r"^(?:about|around|approximately|approx\.?|roughly|大约|大概|差不多|约|[~≈=])\s*", re.I
)
SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
MULTIPLIERS = {
    "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12, "thousand": 1e3, "million": 1e6,
    "billion": 1e9, "千": 1e3, "万": 1e4, "百万": 1e6, "亿": 1e8,
}  # fmt: skip
PLAIN = (
    ("time", 60.0, "min 分钟"),
    ("time", 1.0, "s sec second seconds 秒"),
    ("time", 1e-3, "ms msec millisecond milliseconds 毫秒"),
    ("time", 1e-6, "us μs microsecond microseconds 微秒"),
    ("time", 1e-9, "ns 纳秒"),
    ("share", 1.0, "% percent pct"),
    ("ratio", 1.0, "x × 倍 times"),
    ("intensity", 1.0, "flop/b flop/byte flops/byte"),
    ("rate", 1.0, "tok/s token/s tokens/s"),
    ("count", 1.0, "token tokens 个 个token"),
)  # kind, size in its base unit, names
LONGEST = 200  # characters of a reply
REPEATED = 40  # characters of it that an error repeats


def read(text: str, unit: str) -> float:
    """The value of a reply in `unit`; see quiz.parse_number."""
    match = REPLY.fullmatch(_plain(text)) if len(text) <= LONGEST else None
    if match is None:
        raise _not_a_number(text)
    value = _number(match["number"], text)
    exponent = match["exp"] or match["ten"]
    if exponent and abs(int(exponent[:6])) > 300:
        raise _not_a_number(text)
    value *= 10.0 ** int(exponent) if exponent else 1.0
    value *= _factor(match["unit"].strip(), unit, text)
    if not math.isfinite(value):
        raise _not_a_number(text)
    return value


def _plain(text: str) -> str:
    """Half-width, ordinary minus and spaces, powers of ten as 10^9, no opening “about”."""
    text = re.sub(r"10([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: "10^" + m[1].translate(SUPERSCRIPT), text)
    text = unicodedata.normalize("NFKC", text).replace("−", "-").replace("’", "'")
    text = re.sub(r"[。.!?;]+$", "", text.strip())
    return OPENING.sub("", text)


def _number(digits: str, text: str) -> float:
    """Digits with separators; one comma with other than three digits after it is a decimal."""
    digits = digits.strip()
    if " " in digits and not re.fullmatch(r"[+-]?\d{1,3}( \d{3})+(\.\d*)?", digits):
        raise _not_a_number(text)
    digits = re.sub(r"[ '_]", "", digits)
    if re.fullmatch(r"[+-]?\d+,\d+", digits) and not re.fullmatch(
        r"[+-]?[1-9]\d{0,2},\d{3}", digits
    ):
        digits = digits.replace(",", ".")
    elif "," in digits and not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?", digits):
        raise _not_a_number(text)
    try:
        return float(digits.replace(",", ""))
    except ValueError:
        raise _not_a_number(text) from None


def _factor(said: str, wanted: str, text: str) -> float:
    """What turns a number followed by `said` into one in `wanted`."""
    if said in MULTIPLIERS:
        return MULTIPLIERS[said]
    for word in ("百万", "千", "万", "亿"):
        if said.startswith(word):  # 1.3 亿字节
            return MULTIPLIERS[word] * _factor(said[len(word) :].strip(), wanted, text)
    if not said or _symbol(said) == _symbol(wanted):
        return 1.0
    if _symbol(said) not in units():
        raise _not_a_number(text)
    if not wanted:
        return 1.0
    kind, scale = units()[_symbol(said)]
    wanted_kind, wanted_scale = units().get(_symbol(wanted), ("", 1.0))
    if kind != wanted_kind:
        raise LabError("reply_wrong_unit", text=text.strip()[:REPEATED], unit=wanted)
    return scale / wanted_scale


def _symbol(unit: str) -> str:
    unit = unicodedata.normalize("NFKC", unit)  # the two signs for micro are one
    unit = unit.replace(" ", "").replace("每秒", "/s").lower()
    return re.sub(r"(flops?)ps$", r"\1/s", unit)


@cache
def units() -> dict[str, tuple[str, float]]:
    """Lower-case unit to its kind and its size in the kind's base unit."""
    table: dict[str, tuple[str, float]] = {}
    for power, prefix in enumerate(("", "k", "m", "g", "t", "p")):
        for name in (f"{prefix}b", f"{prefix}byte", f"{prefix}bytes", f"{prefix}字节"):
            table[name] = ("bytes", 1e3**power)
            table[f"{name}/s"] = ("bytes/s", 1e3**power)
        if prefix:
            table[f"{prefix}ib"] = ("bytes", 1024.0**power)
            table[f"{prefix}ib/s"] = ("bytes/s", 1024.0**power)
        for name in ("flop/s", "flops", "flops/s"):
            table[f"{prefix}{name}"] = ("flop/s", 1e3**power)
    for kind, size, names in PLAIN:
        table.update({name: (kind, size) for name in names.split()})
    return table


def _not_a_number(text: str) -> LabError:
    return LabError("reply_not_a_number", text=text.strip()[:REPEATED])
