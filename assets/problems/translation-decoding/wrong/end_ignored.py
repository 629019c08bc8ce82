def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    while len(output) < max_tokens:
        scores = step(source, [bos, *output])
        token = scores.index(max(scores))
        output.append(token)
    return output, output == reference
