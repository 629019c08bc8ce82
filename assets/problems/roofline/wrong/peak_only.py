def roofline(operators, peak_tflops, bandwidth_gbs):
    ridge = peak_tflops * 1e3 / bandwidth_gbs
    ms = [flop / peak_tflops / 1e9 for flop, _ in operators]
    bound = ["compute" if flop / moved > ridge else "memory" for flop, moved in operators]
    tflops = [min(peak_tflops, flop / moved * bandwidth_gbs / 1e3) for flop, moved in operators]
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
