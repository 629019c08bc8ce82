import torch.nn.functional as F


def kd_loss(student, teacher, targets, temperature, alpha):
    """Distillation loss of logits [N, V] and targets [N]: a scalar tensor."""
    counted = targets != -100
    student, teacher = student[counted], teacher[counted].detach()
    p, q = (teacher / temperature).softmax(dim=-1), (student / temperature).softmax(dim=-1)
    soft = (p * (p.log() - q.log())).sum(dim=-1).mean()
    hard = F.cross_entropy(student, targets[counted])
    return alpha * temperature**2 * soft + (1 - alpha) * hard
