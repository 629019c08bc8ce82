def goodput(log, ttft_ms, tpot_ms, window_s, percent):
    """What users waited for, and how many requests per second met both limits."""
