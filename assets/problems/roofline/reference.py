def roofline(operators, peak_tflops, bandwidth_gbs):
    tflops, ms, bound = [], [], []
    for flop, moved in operators:
        compute_s = flop / (peak_tflops * 1e12)
        memory_s = moved / (bandwidth_gbs * 1e9)
        tflops.append(min(peak_tflops, flop / moved * bandwidth_gbs / 1e3))
        ms.append(max(compute_s, memory_s) * 1e3)
        bound.append("compute" if compute_s > memory_s else "memory")
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
