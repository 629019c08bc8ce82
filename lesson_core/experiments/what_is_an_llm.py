"""Job `next_token`: everything the page needs to play with one next-token distribution.

- `progress`, `code` as in token_clock.
- `tokenize` detail {tokens: [{id, text, control}], left_out}; `prefill` shape (1, T), both timed.
- `logits` shape (vocab_size,), detail {logits_z: base64 of zlib of little-endian float32
  [vocab_size], exact; vocab_size, top: [{id, text, logit}] the `keep` largest, largest first}.
  `theory.next_token.logits_of(detail)` unpacks, `distribution(logits, sampling)` applies
  temperature, top-k and top-p exactly, in the page's process.
- `data` detail {what: "attention", positions, offset (tokens of the prompt left out before them),
  n_layers, n_heads, tokens: [text], scale: 255, weights_z: base64 of zlib of uint8}: of the last `positions` ≤ 64 tokens of the prompt, run on
  their own; `theory.next_token.attention_of(detail, layer, head)` gives [positions][positions]
  (row: the token that looks; column: the one looked at), rounded to 1/255.
- `data` detail {what: "census", rows: [{name, group, shape, params}], groups: {group: params},
  total, predicted: theory.costs.parameters, tied_head}. rows, groups and predicted add up to total.
- `result` detail {model, config (plain), tokens_in, parameters, prefill_s, top: ten of the
  largest as above with prob, environment}.
"""
