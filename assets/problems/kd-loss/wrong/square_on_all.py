import torch.nn.functional as F


def kd_loss(student, teacher, targets, temperature, alpha):
    """Distillation loss of logits [N, V] and targets [N]: a scalar tensor."""
    counted = targets != -100
    student, teacher = student[counted], teacher[counted].detach()
    soft = F.kl_div(
        (student / temperature).log_softmax(dim=-1),
        (teacher / temperature).log_softmax(dim=-1),
        reduction="batchmean",
        log_target=True,
    )
    hard = F.cross_entropy(student, targets[counted])
    return temperature**2 * (alpha * soft + (1 - alpha) * hard)
