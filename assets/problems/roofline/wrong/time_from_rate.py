def roofline(operators, peak_tflops, bandwidth_gbs):
    tflops = [min(peak_tflops, flop / moved * bandwidth_gbs / 1e3) for flop, moved in operators]
    ms = [flop / rate / 1e9 for (flop, _), rate in zip(operators, tflops)]
    bound = ["compute" if rate == peak_tflops else "memory" for rate in tflops]
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
