def goodput(log, ttft_ms, tpot_ms, window_s, percent):
    ttfts, tpots, good = [], [], 0
    for arrival, times in log:
        if not times:
            continue
        ttft = times[0] - arrival
        ttfts.append(ttft)
        within = ttft <= ttft_ms
        if len(times) > 1:
            tpot = (times[-1] - times[0]) / (len(times) - 1)
            tpots.append(tpot)
            within = within and tpot <= tpot_ms
        good += within
    return {
        "ttft": percentile(ttfts, percent),
        "tpot": percentile(tpots, percent),
        "goodput": good / window_s,
    }


def percentile(values, percent):
    if not values:
        return None
    rank = -(-percent * len(values) // 100)  # rounded up
    return sorted(values)[rank - 1]
