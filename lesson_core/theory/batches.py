"""At which batch a decode step takes twice as long: the end of the memory-bound regime.

While a step waits for the weights, more sequences ride along for nothing. The step doubles when
arithmetic and KV caches together take as long as reading the weights does. Without caches and
overhead that is at twice the ridge point's batch, B = FLOP/s · bytes per weight / bandwidth.
"""

import math
from collections.abc import Callable, Sequence


def doubling(batches: Sequence[int], steps_s: Sequence[float]) -> float | None:
    """Where the curve first reaches twice its first value; None if it does not.

    Between two measured batches the time is a straight line over the batch.
    """
    goal = 2 * steps_s[0]
    for i in range(1, len(batches)):
        if steps_s[i] >= goal:
            left, right = batches[i - 1], batches[i]
            share = (goal - steps_s[i - 1]) / (steps_s[i] - steps_s[i - 1])
            return left + max(0.0, share) * (right - left)
    return None


def doubling_of(step_s: Callable[[int], float], most: int = 2**16) -> float | None:
    """The same for a formula of the batch, to the nearest whole batch."""
    goal = 2 * step_s(1)
    if step_s(most) < goal:
        return None
    low, high = 1, most
    while high - low > 1:
        middle = math.isqrt(low * high) if high > 4 * low else (low + high) // 2
        low, high = (low, middle) if step_s(middle) >= goal else (middle, high)
    return float(high)
