"""Every number says where it comes from: live, measured, predicted, recorded or published."""

from pages.ui.language import t
from pages.ui.token_clock import Badge


def live() -> Badge:
    """One watched run, n = 1; not a benchmark."""
    return Badge(kind="live", text=t("badge.live"))


def predicted() -> Badge:
    """Computed by a formula."""
    return Badge(kind="predicted", text=t("badge.predicted"))


def measured(n: int) -> Badge:
    """Median of n unwatched, warmed-up repeats on this machine."""
    return Badge(kind="measured", text=t("badge.measured", n=n))


def recorded() -> Badge:
    """Measured once, on another machine or at another time, and shipped with the lab."""
    return Badge(kind="recorded", text=t("race.badge"))


def counted() -> Badge:
    """Counted exactly, here and now: no clock, no formula about a machine."""
    return Badge(kind="live", text=t("badge.counted"))
