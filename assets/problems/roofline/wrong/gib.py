def roofline(operators, peak_tflops, bandwidth_gbs):
    tflops, ms, bound = [], [], []
    bandwidth = bandwidth_gbs * 2**30
    for flop, moved in operators:
        compute_s, memory_s = flop / (peak_tflops * 1e12), moved / bandwidth
        tflops.append(min(peak_tflops, flop / moved * bandwidth / 1e12))
        ms.append(max(compute_s, memory_s) * 1e3)
        bound.append("compute" if compute_s > memory_s else "memory")
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
