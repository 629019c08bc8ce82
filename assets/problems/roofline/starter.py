def roofline(operators, peak_tflops, bandwidth_gbs):
    """Rates in TFLOP/s, times in ms, and what binds each operator; each is (flop, bytes)."""
