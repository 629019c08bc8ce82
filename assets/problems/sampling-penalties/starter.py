def penalise(logits, prompt, output, repetition, presence, frequency):
    """Logits [V] after the penalties on the tokens of prompt [P] and output [N]."""
