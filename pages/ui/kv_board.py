"""The pool of KV blocks at one moment, and what paging saves against whole reservations.

What the component receives: {lang, labels, title, message, badges: [{kind, text}], blocks: [[owner
(index into owners, -1: nobody), filled (share of its places), sharers]], owners: [{label, tokens,
table: [block numbers]}], meters: [{label, reserved, used (shares of the pool), text}]}.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pages.ui.component_loader import mount
from pages.ui.token_clock import Badge


@dataclass(frozen=True, kw_only=True)
class Owner:
    """A request that holds blocks; `table` in the order of its tokens."""

    label: str
    tokens: int
    table: Sequence[int]


@dataclass(frozen=True, kw_only=True)
class Meter:
    """Shares of the pool: set aside, and of that really filled."""

    label: str
    reserved: float
    used: float
    text: str


def kv_board(
    *, key: str, title: str, message: str, blocks: Sequence[tuple[int, float, int]],
    owners: Sequence[Owner], meters: Sequence[Meter], badges: Sequence[Badge] = (),
) -> None:  # fmt: skip
    """Draw the board."""
    data = {
        "title": title,
        "message": message,
        "badges": [asdict(badge) for badge in badges],
        "blocks": [list(block) for block in blocks],
        "owners": [asdict(owner) for owner in owners],
        "meters": [asdict(meter) for meter in meters],
    }
    mount("kv_board", key=key, data=data)
