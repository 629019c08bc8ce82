def drive(learner, student, teacher, targets, temperature, alpha):
    """The loss, the gradient of the student's logits, and whether the teacher's have one."""
    student.requires_grad_()
    teacher.requires_grad_()
    loss = learner.kd_loss(student, teacher, targets, temperature, alpha)
    loss.backward()
    trained = teacher.grad is not None and bool(teacher.grad.any())
    return {"loss": loss.detach(), "gradient": student.grad, "teacher_trained": trained}
