def drive(learner, logits, *rest):
    """The penalised logits, and whether those handed in are still what they were."""
    before = logits.clone()
    return {"logits": learner.penalise(logits, *rest), "untouched": bool((before == logits).all())}
