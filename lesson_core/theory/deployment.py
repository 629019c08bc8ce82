"""A model on hardware that is not here: a step's time as physical terms times learned factors.

    weights    bytes of the weights one step reads / (cards · bandwidth)
    unpack     one operation per weight read / fp32 rate: the ordinary cores widen and multiply it
    kv         bytes of the keys and values / (cards · bandwidth)
    allreduce  two per layer (Megatron-LM), each growing with the steps of a tree over the cards;
               wire what another wire than the card's own adds to them
    hop        handing on from card to card, where layers are split
    layers     a fixed cost per layer: launches, synchronising, small kernels
    compute    FLOP of the weights / dense peak, attend those of attention; the larger of
               computing and reading counts. begin: a fixed cost per layer of a prefill

Each term is multiplied by factors looked up by key: one for all, one for the kind of memory, one
for the family and class of software, one for the format. `assets/tables/efficiency.csv` holds
them; `python -m lesson_core.bench predict --fit` writes it from published measurements. A key
that is not in the table is 1: what was never measured is predicted like its nearest relatives.
Form: facts of jax-ml/scaling-book ("if there is one thing…"), with the terms that the published
points ask for.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import median

from lesson_core.theory.architectures import Architecture
from lesson_core.theory.formats import Scheme
from lesson_core.theory.hardware_table import Hardware, hardware
from lesson_core.theory.software import Software
from lesson_core.theory.wires import Wire

MICRO = 1e-6
DISPATCH = ("layers",)
LARGER = ("weights", "unpack")


@dataclass(frozen=True)
class Term:
    """`seconds` before efficiency; `keys` name its factors, each with the power it is taken to."""

    name: str
    seconds: float
    keys: Mapping[str, float]

    def times(self, factors: Mapping[str, float]) -> float:
        """Seconds with the factors applied; a key without a factor is 1."""
        logs = sum(power * math.log(factors.get(key, 1.0)) for key, power in self.keys.items())
        return self.seconds * math.exp(logs)


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A model in some format, on `cards` cards, run by a class of software."""

    model: Architecture
    hardware: Hardware
    cards: int
    scheme: Scheme
    software: Software
    wire: Wire | None = None

    @property
    def shards(self) -> int:
        """Cards that work on one step at the same time."""
        return 1 if self.software.layer_split else self.cards

    def decode_terms(self, context: float, batch: int = 1) -> tuple[Term, ...]:
        """One step of `batch` sequences, each with `context` tokens behind it."""
        read, n, bandwidth = self.model.read_bytes(self.scheme, batch), self.shards, self._bandwidth
        head = read["head"] / (n if self.software.splits_head else 1)
        used = sum(m.weights * self.model.touched(m, batch) for m in self.model.matrices)
        kv = batch * self.model.kv_bytes(self.scheme, context)
        terms = [
            Term(
                "weights", (read["layers"] / n + head) / bandwidth, self._memory_keys(self.format)
            ),
            Term("unpack", used / n / fp32_rate(self.hardware), self._keys("unpack", self.format)),
            Term("kv", kv / n / bandwidth, {**self._memory_keys(), **self._keys("kv")}),
            Term("layers", self.model.config.n_layers * MICRO, self._layer_keys()),
        ]
        if batch > 1:
            terms.append(self._compute(batch * self.model.flops(1, context), decode=True))
        return (*terms, *self._between_cards(batch))

    def prefill_terms(self, prompt: float, batch: int = 1) -> tuple[Term, ...]:
        """One pass over `batch` prompts of `prompt` tokens."""
        flops = batch * self.model.flops(prompt, prompt)
        square = flops - batch * self.model.flops(prompt, 0)
        products = self._compute(flops - square, chunks=prompt / CHUNK)
        keys = {k.replace("compute", "attend", 1): power for k, power in products.keys.items()}
        attend = Term("attend", square / self.peak if self.peak else 0.0, keys)
        begin = Term("begin", self.model.config.n_layers * MICRO, self._keys("begin"))
        weights = self.decode_terms(0, max(1, round(batch * prompt)))[0]
        return (products, attend, begin, weights)

    @property
    def format(self) -> str:
        """The format of the matrices as efficiencies know it."""
        experts = [f for name, f in self.scheme.others.items() if name.startswith("expert")]
        bits = min((self.scheme.linear.bits, *(f.bits for f in experts)))
        if self.scheme.linear.name.startswith("fp8"):
            return "fp8"
        return "16 bit" if bits >= 16 else "8 bit" if bits > 7 else "4 bit"

    @property
    def peak(self) -> float | None:
        """Dense FLOP/s of the products: 16 bit, or 8 bit where weights and hardware have it."""
        flops = self.hardware.flops
        if self.format == "fp8" and "fp8" in flops:
            return flops["fp8"]
        if self.format == "16 bit" and self.scheme.number_bytes == 4:
            return flops.get("fp32")
        return flops.get("bf16") or flops.get("fp16")

    @property
    def _bandwidth(self) -> float:
        return self.hardware.bandwidth

    def _keys(self, term: str, *more: str) -> dict[str, float]:
        names = (term, f"{term}|{self.software.name}", *(f"{term}|{word}" for word in more))
        return dict.fromkeys(names, 1.0)

    def _memory_keys(self, written: str = "") -> dict[str, float]:
        name, memory = self.software.name, self.hardware.kind
        words = (memory, f"{self.software.family} family", f"{name}|{memory}")
        last = (f"{name}|{written}",) if written else ()
        return self._keys("bandwidth", *words, *last)

    def _layer_keys(self) -> dict[str, float]:
        name = self.software.name
        moe = ("experts", f"experts|{name}|{self.format}") if self.model.experts else ()
        return self._keys("layers", f"{name}|{self.format}", *moe)

    def _compute(self, flops: float, *, chunks: float = 1.0, decode: bool = False) -> Term:
        peak, written = self.peak, self.format
        name, memory = self.software.name, self.hardware.kind
        keys = self._keys("compute", f"{name}|{written}", memory, f"{name}|{memory}")
        if (
            peak and written != "fp8"
        ):  # kernels that do not fill the tensor cores gain less from them
            keys[f"tensor|{name}"] = math.log(peak / fp32_rate(self.hardware))
        if self.software.layer_split and self.cards > 1 and not decode:
            # Chunks of a long prompt follow each other through the cards like a pipeline.
            speedup = self.cards * chunks / (self.cards + chunks - 1) if chunks > 1 else 1.0
            keys["pipeline"] = -math.log(speedup)
        elif self.shards > 1:
            keys["parallel"] = -math.log(self.shards)
        return Term("compute", flops / peak if peak else 0.0, keys)

    def _between_cards(self, batch: int) -> tuple[Term, ...]:
        if self.cards == 1:
            return ()
        if self.software.layer_split:
            return (Term("hop", (self.cards - 1) * MICRO, self._keys("hop")),)
        rounds = 2 * self.model.config.n_layers * (2 + math.log2(self.cards))
        keys = self._keys("allreduce", self.hardware.kind)
        layers, wire = self.model.config.n_layers, self.wire
        terms = [Term("allreduce", rounds * MICRO, keys)]
        if wire:
            terms.append(Term("wire", 2 * layers * wire.extra_s(self.cards), {}))
        if bandwidth := (wire and wire.bandwidth) or self.hardware.link:
            moved = 4 * layers * batch * self.model.config.d_model * 2
            share = (self.cards - 1) / self.cards
            terms.append(Term("link", moved * share / bandwidth, {}))
        return tuple(terms)


CHUNK = 512
"""Tokens of a prompt that llama.cpp sends through the layers at once (its default -ub)."""


def fp32_rate(device: Hardware) -> float:
    """FLOP/s of the ordinary cores; where unlisted, the median per byte of its kind of memory."""
    if "fp32" in device.flops:
        return device.flops["fp32"]
    listed = [h for h in hardware().values() if "fp32" in h.flops]
    alike = [h for h in listed if h.kind == device.kind] or listed
    return device.bandwidth * median(h.flops["fp32"] / h.bandwidth for h in alike)


def combine(terms: tuple[Term, ...], factors: Mapping[str, float], overlapped: bool) -> float:
    """Seconds of a step: computing or reading, whichever is longer; then all the rest."""
    parts = {term.name: term.times(factors) for term in terms}
    dispatch = sum(parts.pop(name, 0.0) for name in DISPATCH)
    reading = sum(parts.pop(name, 0.0) for name in LARGER)
    computing = parts.pop("compute", 0.0) + parts.pop("attend", 0.0)
    busy = max(reading, computing) + sum(parts.values())
    return max(busy, dispatch) if overlapped else busy + dispatch
