def translate(step, source, reference, bos, eos, max_tokens):
    output = []
    for word in source[:max_tokens]:
        scores = step([word], [bos, *output])
        output.append(scores.index(max(scores)))
    return output, output == reference
