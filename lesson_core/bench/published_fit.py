"""Learn the factors of `theory.deployment` from published measurements, and how far they hold.

Fitted by Gauss-Newton on the logarithm of the seconds: a step is a sum of terms, each seconds
times a product of factors, so its derivative is exact. A factor is pulled towards 1 (a term's own
factor towards a first guess) as if some points said so: keys that few points speak for stay close
to their relatives. Points far off count less (Huber). What is fitted and what is checked never
share hardware × model.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lesson_core.theory.deployment import LARGER, Term
from lesson_core.theory.efficiency import EVERYTHING
from lesson_core.theory.published_rows import Case

Floats = npt.NDArray[np.float64]
Factors = dict[str, float]

GUESSES = {
    "bandwidth": 1.25, "unpack": 5.0, "kv": 1.0, "layers": 20.0, "allreduce": 5.0, "hop": 100.0,
    "layers|eager": 25.0, "compute": 2.0, "attend": 2.0, "begin": 20.0,
    "pipeline": math.exp(0.5), "parallel": math.exp(0.8),
}  # fmt: skip
"""First guess of a term's own factor: a slowdown, operations per weight, or microseconds."""

PULL = {"bandwidth": 4.0, "unpack": 3.0, "kv": 0.5, "layers": 0.2, "experts": 0.2}
"""Points' worth of pull towards 1, per unit of log: less where software really differs."""
OWN_PULL, OTHER_PULL = 0.02, 1.0
ROBUST = 0.15  # log units: points farther off than this count as if they were this far
FOLDS, SEED, ROUNDS = 10, 0, 30
ENOUGH = 20  # points for a band of one's own
COVER = 0.9


@dataclass(frozen=True)
class Design:
    """Cases as arrays: `seconds[case, term]`, `powers[case, term, key]`, and what was measured."""

    keys: list[str]
    seconds: Floats
    powers: Floats
    host: npt.NDArray[np.bool_]  # [terms]: dispatch, which overlapped software hides
    overlapped: npt.NDArray[np.bool_]  # [cases]
    target: Floats  # [cases], log of seconds


def learn(cases: Sequence[Case]) -> Factors:
    """All factors from these cases; faulty ones are left out."""
    good = [case for case in cases if not case.bad]
    steps = [case for case in good if case.single_step or case.measure == "slope"]
    prompts = [case for case in good if case.measure == "prefill" and case.batch == 1]
    found = _fit(_design(steps, [_step_terms(case) for case in steps])) if steps else {}
    if prompts:
        terms = [case.deployment.prefill_terms(case.prompt)[:3] for case in prompts]
        found |= _fit(_design(prompts, terms))
    return found


def folds(cases: Sequence[Case]) -> dict[tuple[str, str], int]:
    """Each hardware × model group's fold, the same for the same groups."""
    groups = sorted({case.group for case in cases})
    random.Random(SEED).shuffle(groups)
    return {group: place % FOLDS for place, group in enumerate(groups)}


def held_out(cases: Sequence[Case]) -> list[Factors]:
    """Per fold, the factors learned without it."""
    where = folds(cases)
    return [learn([c for c in cases if where[c.group] != fold]) for fold in range(FOLDS)]


def residuals(cases: Sequence[Case], learned: Sequence[Factors]) -> list[float]:
    """log(measured / predicted) of each case, predicted without its group."""
    where = folds(cases)
    return [math.log(c.seconds / c.predict(learned[where[c.group]])) for c in cases]


def widths(names: Sequence[str], errors: Sequence[float]) -> Factors:
    """Band per class: the factor within which COVER of its held-out points lay, and of all."""
    found = {EVERYTHING: _width(errors)} if errors else {}
    for name in sorted(set(names)):
        own = [error for said, error in zip(names, errors, strict=True) if said == name]
        if len(own) >= ENOUGH:
            found[name] = _width(own)
    return found


def band_name(case: Case) -> str:
    """Prefills have a band of their own, decode steps one per class of software."""
    return "prefill" if case.measure == "prefill" else case.deployment.software.name


def _width(errors: Sequence[float]) -> float:
    sizes = sorted(map(abs, errors))
    # As in conformal prediction: one more than n, so that few points make a wider band.
    place = min(len(sizes), math.ceil(COVER * (len(sizes) + 1))) - 1
    return math.exp(sizes[place])


def _step_terms(case: Case) -> tuple[Term, ...]:
    if case.measure == "slope":
        thousand = {term.name: term for term in case.deployment.decode_terms(1000)}["kv"]
        return (Term("kv", thousand.seconds / 1000, thousand.keys),)
    return case.deployment.decode_terms(case.prompt + case.generated / 2)


def _design(cases: Sequence[Case], terms: Sequence[Sequence[Term]]) -> Design:
    names = sorted({term.name for row in terms for term in row})
    keys = sorted({key for row in terms for term in row for key in term.keys})
    place = {key: i for i, key in enumerate(keys)}
    seconds = np.zeros((len(cases), len(names)))
    powers = np.zeros((len(cases), len(names), len(keys)))
    for i, row in enumerate(terms):
        for term in row:
            j = names.index(term.name)
            seconds[i, j] = term.seconds
            for key, power in term.keys.items():
                powers[i, j, place[key]] = power
    return Design(
        keys=keys,
        seconds=seconds,
        powers=powers,
        host=np.array([name not in LARGER and name == "layers" for name in names]),
        overlapped=np.array([case.deployment.software.overlapped for case in cases]),
        target=np.log([case.seconds for case in cases]),
    )


def _fit(design: Design) -> Factors:
    start = np.array([math.log(GUESSES.get(key, 1.0)) for key in design.keys])
    pull = np.array([_pull(key) for key in design.keys])
    theta = start.copy()
    for _ in range(ROUNDS):
        predicted, slope = _predict(design, theta)
        error = design.target - predicted
        weight = np.minimum(1.0, ROBUST / np.maximum(np.abs(error), 1e-12))
        curve = slope.T @ (slope * weight[:, None]) + np.diag(pull)
        step = np.linalg.solve(curve, slope.T @ (weight * error) - pull * (theta - start))
        theta = theta + np.clip(step, -1.0, 1.0)
        if float(np.abs(step).max()) < 1e-4:
            break
    return {key: float(math.exp(value)) for key, value in zip(design.keys, theta, strict=True)}


def _predict(design: Design, theta: Floats) -> tuple[Floats, Floats]:
    """log seconds [cases] and its derivative [cases, keys]."""
    parts = design.seconds * np.exp(design.powers @ theta)  # [cases, terms]
    busy = parts[:, ~design.host].sum(axis=1)
    host = parts[:, design.host].sum(axis=1)
    felt = parts.copy()
    hidden = design.overlapped & (host <= busy)
    waiting = design.overlapped & (host > busy)
    felt[np.ix_(hidden, design.host)] = 0.0
    felt[np.ix_(waiting, ~design.host)] = 0.0
    total = felt.sum(axis=1)
    slope = np.einsum("ct,ctk->ck", felt, design.powers) / total[:, None]
    return np.log(total), slope


def _pull(key: str) -> float:
    if key in GUESSES:
        return OWN_PULL
    return PULL.get(key.split("|")[0], OTHER_PULL)


def spearman(a: Sequence[float], b: Sequence[float]) -> float:
    """Rank correlation; equal values share the mean of their ranks. 0 if one side is constant."""
    first, second = _ranks(a), _ranks(b)
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])


def _ranks(values: Sequence[float]) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    _, inverse, counts = np.unique(array, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return np.asarray((last - (counts - 1) / 2)[inverse])


def within(error: float, name: str, bands: Mapping[str, float]) -> bool:
    """Whether a residual lies in its band."""
    return abs(error) <= math.log(bands.get(name, bands[EVERYTHING]))
