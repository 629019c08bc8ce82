def batch_server(arrivals, max_batch, window_ms, base_ms, item_ms):
    """What each request waits for its answer, and how many are in the system on average."""
