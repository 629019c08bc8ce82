def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    while len(output) < max_tokens:
        scores = step(source, [bos, *reference[: len(output)]])
        token = scores.index(max(scores))
        if token == eos:
            break
        output.append(token)
    return output, output == reference
