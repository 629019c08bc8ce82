import torch


def dequantize(packed, scales, zeros, group):
    """Packed uint8 [out, in/2] back to float32 weights [out, in]."""
    integers = torch.stack([packed & 15, packed >> 4], dim=-1).flatten(1)  # [out, in], 0 to 15
    scales, zeros = (each.repeat_interleave(group, dim=1) for each in (scales, zeros))
    return (integers.float() - zeros.float()) * scales
