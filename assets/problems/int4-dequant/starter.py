def dequantize(packed, scales, zeros, group):
    """Packed uint8 [out, in/2] back to float32 weights [out, in]."""
