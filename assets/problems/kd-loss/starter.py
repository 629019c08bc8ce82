def kd_loss(student, teacher, targets, temperature, alpha):
    """Distillation loss of logits [N, V] and targets [N]: a scalar tensor."""
