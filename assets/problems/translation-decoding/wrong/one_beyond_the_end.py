def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    scores = step(source, [bos])
    token = scores.index(max(scores))
    while token != eos and len(output) < max_tokens:
        output.append(token)
        scores = step(source, [bos, *output])
        token = scores.index(max(scores))
    return output, output == reference
