def roofline(operators, peak_tflops, bandwidth_gbs):
    compute = [flop / peak_tflops / 1e9 for flop, _ in operators]
    memory = [moved / bandwidth_gbs / 1e6 for _, moved in operators]
    return {
        "tflops": [
            min(peak_tflops, flop / moved * bandwidth_gbs / 1e3) for flop, moved in operators
        ],
        "ms": [max(pair) for pair in zip(compute, memory)],
        "bound": ["compute" if c > m else "memory" for c, m in zip(compute, memory)],
        "total_ms": max(sum(compute), sum(memory)),
    }
