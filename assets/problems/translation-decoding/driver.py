import random

TOKENS = 24  # token 0 begins, token 1 ends


def drive(learner, seed, source, reference, max_tokens):
    """Translate with a made-up model; what it was asked for is part of the result."""
    asked = []

    def step(given, prefix):
        asked.append([list(given), list(prefix)])
        return scores_of(seed, list(given), list(prefix))

    output, same = learner.translate(step, list(source), list(reference), 0, 1, max_tokens)
    return {"output": output, "same": same, "asked": asked}


def scores_of(seed, source, prefix):
    """Scores of all tokens: reverses the source, and depends on all that was written so far."""
    draws = random.Random(str((seed, source, prefix)))
    scores = [draws.randrange(-5, 6) / 5 for _ in range(TOKENS)]
    scores[0] = -9.0
    written = len(prefix) - 1
    if written >= len(source) + seed % 3:
        scores[1] += 5.0
    else:
        scores[1] = -9.0
        likely = source[(-1 - written) % len(source)] + 3 * prefix[-1] if prefix else seed
        scores[2 + likely % (TOKENS - 2)] += draws.choice((0.5, 2.0, 4.0))
    return scores
