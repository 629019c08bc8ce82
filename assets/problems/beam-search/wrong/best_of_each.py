def beam_search(step, start, eos, width, max_tokens, alpha):
    live, finished = [(0.0, [])], []
    for _ in range(max_tokens):
        longer = []
        for score, tokens in live:
            after = sorted(step([start, *tokens]).items(), key=lambda one: (-one[1], one[0]))
            kept = after[: max(1, width // len(live))]
            longer += [(score + logprob, [*tokens, token]) for token, logprob in kept]
        longer.sort(key=lambda one: (-one[0], one[1]))
        best = longer[:width]
        finished += [one for one in best if one[1][-1] == eos]
        live = [one for one in best if one[1][-1] != eos]
        if not live:
            break
    ranked = finished + live
    return min(ranked, key=lambda one: (-one[0] / len(one[1]) ** alpha, one[1]))[1]
