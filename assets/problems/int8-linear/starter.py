def int8_linear(x, weight, bias):
    """x [T, d] times weight [out, d], transposed, plus bias [out]; multiplied in int8."""
