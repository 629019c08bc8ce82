def roofline(operators, peak_tflops, bandwidth_gbs):
    tflops, ms, bound = [], [], []
    for flop, moved in operators:
        compute, memory = flop / peak_tflops / 1e9, moved / bandwidth_gbs / 1e6
        tflops.append(flop / moved * bandwidth_gbs / 1e3)
        ms.append(max(compute, memory))
        bound.append("compute" if compute > memory else "memory")
    return {"tflops": tflops, "ms": ms, "bound": bound, "total_ms": sum(ms)}
