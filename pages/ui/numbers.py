"""Numbers as a person would round them."""


def rounded(value: float) -> str:
    """Three significant digits below 1,000, none after the point above: 4.82, 26.1, 153, 1,204."""
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def milliseconds(seconds: float | None) -> tuple[str, str]:
    """Value and unit; seconds from one second up, microseconds below a tenth of a millisecond."""
    if seconds is None:
        return "–", ""
    if seconds >= 1:
        return rounded(seconds), "s"
    if seconds < 1e-4:
        return rounded(seconds * 1e6), "µs"
    return rounded(seconds * 1e3), "ms"


def count(value: float, billion: str = "G") -> str:
    """Bytes or FLOP with a prefix, before their unit: 538 M, 1.2 G."""
    for factor, prefix in ((1e12, "T"), (1e9, billion), (1e6, "M"), (1e3, "k")):
        if abs(value) >= factor:
            return f"{rounded(value / factor)} {prefix}"
    return f"{rounded(value)} "


def short(value: float) -> str:
    """Parameters, tokens and dollars as people say them: 70 B, 1.3 T."""
    return count(value, billion="B").rstrip()
