import torch


def dequantize(packed, scales, zeros, group):
    """Packed uint8 [out, in/2] back to float32 weights [out, in]."""
    integers = torch.stack([packed & 15, packed >> 4], dim=-1).flatten(1)  # [out, in], 0 to 15
    scales = scales.repeat_interleave(group, dim=1)
    return (integers.float() - 8) * scales
