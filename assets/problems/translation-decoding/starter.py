def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    for word in source:
        scores = step([word], [bos])
        output.append(scores.index(max(scores)))
    return output, output == reference
