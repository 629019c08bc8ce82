"""Amdahl's law: what speeding up a part does for the whole."""


def speedup(share: float, factor: float) -> float:
    """1 / ((1 − p) + p / s): a part that took `share` of the time becomes `factor` times as fast.

    However fast the part becomes, the whole gains at most 1 / (1 − share). Source: Amdahl 1967.
    """
    return 1.0 / ((1.0 - share) + share / factor)
