"""How numbers are written: bytes of a matrix of weights in a format, and who is written in which.

Every format here stores `bits` per value and, per block of values along a row, some bytes more:
a scale, or a scale and a zero. A row is what one output channel reads (d_in values).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property


@dataclass(frozen=True, kw_only=True)
class Format:
    """`block` values share `extra` bytes; block 0: a whole row does."""

    name: str
    bits: float
    block: int = 0
    extra: float = 0.0

    def bytes(self, d_in: int, d_out: int = 1) -> int:
        """Bytes of `d_out` rows of `d_in` values."""
        blocks = math.ceil(d_in / self.block) if self.block else 1
        return math.ceil(d_out * (d_in * self.bits / 8 + blocks * self.extra))


def plain(number_bytes: int) -> Format:
    """Numbers without anything beside them: fp32, bf16, fp16."""
    return Format(name=f"{8 * number_bytes}-bit", bits=8 * number_bytes)


def int8(number_bytes: int) -> Format:
    """One scale per output channel, written like the activations."""
    return Format(name="int8", bits=8, extra=number_bytes)


def int4(number_bytes: int, group: int = 32) -> Format:
    """A scale and a zero per group of 32, both written like the activations."""
    return Format(name=f"int4-g{group}", bits=4, block=group, extra=2 * number_bytes)


@dataclass(frozen=True, kw_only=True)
class Scheme:
    """Who is written in which format in one model.

    `number_bytes` is for activations and for the few weights that no scheme packs: norms, biases,
    positions. `linear` is for the layers' matrices, `head` for the output matrix, `table` for the
    input embedding when it is stored apart from the head, `kv` for one key or value of one head.
    `others` names matrices that a recipe writes in a format of their own ("down", "expert_up").
    """

    number_bytes: int
    linear: Format
    head: Format
    table: Format
    kv: Format
    others: Mapping[str, Format] = field(default_factory=dict)

    def of(self, matrix: str) -> Format:
        """The format of a matrix by its name."""
        return self.head if matrix == "head" else self.others.get(matrix, self.linear)

    @cached_property
    def packed(self) -> bool:
        """Whether the head is written otherwise than the table, so that tying does not save it."""
        return self.head != self.table


def unpacked(number_bytes: int) -> Scheme:
    """Everything in the same plain numbers."""
    same = plain(number_bytes)
    return Scheme(number_bytes=number_bytes, linear=same, head=same, table=same, kv=same)


def of_recipe(precision: str, number_bytes: int = 4, kv_precision: str = "same") -> Scheme:
    """The scheme of a recipe's precision: packed matrices and head, a plain look-up table.

    With int4 layers the head stays at eight bits: its errors go straight into the logits.

    `number_bytes` are those of the activations; a tied head is packed into a copy of its own.
    """
    scheme = unpacked(number_bytes)
    if precision in ("int8", "int8-dynamic"):
        packed = int8(number_bytes)
        scheme = replace(scheme, linear=packed, head=packed)
    if precision == "int4":
        scheme = replace(scheme, linear=int4(number_bytes), head=int8(number_bytes))
    return replace(scheme, kv=int8(number_bytes)) if kv_precision == "int8" else scheme
