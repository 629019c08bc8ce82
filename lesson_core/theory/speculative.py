"""What speculative decoding should bring: tokens per round, speed-up, and the best γ.

A round drafts γ tokens, one pass of the model reads them all, and the first rejection ends it.
If each draft token is accepted with probability α, on its own, a round brings
1 + α + α² + … + α^γ tokens. Source: Leviathan, Kalman, Matias 2023, arXiv:2211.17192,
equation 1 and theorem 3.8.
"""

from collections.abc import Callable, Iterable, Sequence

from lesson_core.schema.checks import check_range


def expected_tokens(alpha: float, gamma: int) -> float:
    """Tokens that a round produces on average, the model's own one included: 1 … γ + 1.

    (1 − α^(γ+1))/(1 − α); at α = 1 every draft is accepted and the round brings γ + 1.
    """
    _check(alpha, gamma)
    return gamma + 1.0 if alpha == 1 else (1 - alpha ** (gamma + 1)) / (1 - alpha)


def speed_up(alpha: float, gamma: int, draft_cost: float, verify_cost: float = 1.0) -> float:
    """How many times as fast as plain decoding, by the time a round takes.

    Costs are in decode steps: `draft_cost` (c) of one draft token, `verify_cost` of the pass over
    γ + 1 positions. The paper takes 1 for the latter, which holds as long as that pass only waits
    for the weights. Without drafts (γ = 0) nothing changes: 1.
    """
    if gamma == 0:
        return 1.0
    return expected_tokens(alpha, gamma) / (gamma * draft_cost + verify_cost)


def answer_speed_up(
    alpha: float, gamma: int, draft_cost: float, verify_cost: float, drafted: float
) -> float:
    """The same for a whole answer in which only a share `drafted` of the rounds had a draft.

    A look-up often finds nothing; such a round is one plain step: one token, cost 1.
    """
    tokens = drafted * expected_tokens(alpha, gamma) + 1 - drafted
    cost = drafted * (gamma * draft_cost + verify_cost) + 1 - drafted
    return tokens / cost


def best_gamma(
    alpha: float,
    draft_cost: float,
    gammas: Iterable[int],
    verify_cost: Callable[[int], float] = lambda gamma: 1.0,
) -> int:
    """The γ with the largest predicted speed-up; 0 where no draft pays."""

    def gain(gamma: int) -> float:
        return speed_up(alpha, gamma, draft_cost, verify_cost(gamma))

    return max([0, *gammas], key=gain)


def break_even_alpha(gamma: int, draft_cost: float, verify_cost: float = 1.0) -> float | None:
    """The α from which on a round of γ drafts pays; None if even α = 1 is not enough."""
    if speed_up(1.0, gamma, draft_cost, verify_cost) < 1:
        return None
    low, high = 0.0, 1.0
    for _ in range(50):  # the speed-up grows with α, so halving finds the place
        middle = (low + high) / 2
        pays = speed_up(middle, gamma, draft_cost, verify_cost) >= 1
        low, high = (low, middle) if pays else (middle, high)
    return high


def acceptance_rate(rounds: Sequence[tuple[int, int]]) -> float | None:
    """α from (proposed, accepted) of each round: accepted over *tried* draft tokens.

    After a rejection the rest of the draft is never tried, so it does not count: k accepted of n
    proposed are k successes and, if k < n, one failure. None if nothing was tried.
    """
    accepted = sum(found for _, found in rounds)
    tried = accepted + sum(found < proposed for proposed, found in rounds)
    return accepted / tried if tried else None


def overlap(p: Sequence[float], q: Sequence[float]) -> float:
    """α of one position, exactly: Σ min(p, q) = 1 − TV(p, q) for a draft drawn from q."""
    return sum(min(a, b) for a, b in zip(p, q, strict=True))


def _check(alpha: float, gamma: int) -> None:
    check_range("α", alpha, 0, 1)
    check_range("γ", gamma, 0, 64)
