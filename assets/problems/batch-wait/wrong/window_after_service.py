def batch_server(arrivals, max_batch, window_ms, base_ms, item_ms):
    latencies, free_at, first = [], 0, 0
    while first < len(arrivals):
        start = max(arrivals[first], free_at) + window_ms
        if first + max_batch <= len(arrivals):
            start = min(start, max(free_at, arrivals[first + max_batch - 1]))
        start = max(start, free_at)
        last = first
        while last < len(arrivals) and last - first < max_batch and arrivals[last] <= start:
            last += 1
        free_at = start + base_ms + item_ms * (last - first)
        latencies += [free_at - arrival for arrival in arrivals[first:last]]
        first = last
    return {"latencies": latencies, "in_system": sum(latencies) / free_at}
