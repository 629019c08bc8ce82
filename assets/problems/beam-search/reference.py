def beam_search(step, start, eos, width, max_tokens, alpha):
    live, finished = [(0.0, [])], []
    for _ in range(max_tokens):
        longer = [
            (score + logprob, [*tokens, token])
            for score, tokens in live
            for token, logprob in step([start, *tokens]).items()
        ]
        longer.sort(key=lambda one: (-one[0], one[1]))
        best = longer[:width]
        finished += [one for one in best if one[1][-1] == eos]
        live = [one for one in best if one[1][-1] != eos]
        if not live:
            break
    ranked = finished + live
    return min(ranked, key=lambda one: (-one[0] / len(one[1]) ** alpha, one[1]))[1]
