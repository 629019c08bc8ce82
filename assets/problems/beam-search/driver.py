def drive(learner, table, start, eos, width, max_tokens, alpha):
    """`table`: what follows a prefix; one that is not listed goes by its last token."""
    rows = {tuple(prefix): dict(after) for prefix, after in table}
    asked = []

    def step(tokens):
        prefix = tuple(tokens)
        if prefix[0] != start or eos in prefix:
            raise ValueError(f"step was asked what follows {list(tokens)}")
        asked.append(prefix)
        return dict(rows[prefix] if prefix in rows else rows[prefix[-1:]])

    best = learner.beam_search(step, start, eos, width, max_tokens, alpha)
    return {"tokens": best, "steps": len(asked)}
