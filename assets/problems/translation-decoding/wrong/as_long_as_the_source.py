def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    while len(output) < min(max_tokens, len(source)):
        scores = step(source, [bos, *output])
        token = scores.index(max(scores))
        if token == eos:
            break
        output.append(token)
    return output, output == reference
