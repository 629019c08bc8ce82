GRID = 40


def drive(learner, p, q, drafted, uniforms, pick):
    """One round; or, where nothing was drafted, the law of the first token of all rounds."""
    if drafted is not None:
        return learner.verify(p, q, drafted, uniforms, pick)
    law = [0.0] * len(q[0])
    for token, chance in enumerate(q[0]):
        if chance == 0.0:
            continue
        for u in range(GRID):
            for v in range(GRID):
                round_ = learner.verify(p, q, [token], [(u + 0.5) / GRID], (v + 0.5) / GRID)
                law[round_[0]] += chance / GRID**2
    return law
