def roofline(operators, peak_tflops, bandwidth_gbs):
    tflops, ms, bound = [], [], []
    for flop, moved in operators:
        intensity = flop / moved
        tflops.append(min(peak_tflops, intensity * bandwidth_gbs / 1e3))
        ms.append(max(flop / peak_tflops / 1e9, moved / bandwidth_gbs / 1e6))
        bound.append("compute" if intensity > peak_tflops / bandwidth_gbs else "memory")
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
