"""Job `token_clock`: answer one prompt and say where every millisecond goes.

Events in order. All times are seconds since the request arrived (the model already loaded):

- `progress`, detail {what: "load_model" | "measure_bound", done, total}; `measure_bound` only
  when the spec brings no machine card and none was taken for this model yet.
- `code`, detail {functions: {"path:qualname": fingerprint}}.
- `data`, detail {what: "prediction", model, chat, tokens_in, new_tokens, weight_bytes,
  weights_read_bytes (per decode step), kv_bytes_per_token, working_set_bytes,
  bandwidth_bytes_per_s (the measured one used), ttft, tpot (plain `Prediction`s, parts_s has
  weights, kv, arithmetic, overhead), steps_s (predicted seconds of step 0, 1, … new_tokens − 1),
  bound_s (what no decode step can beat, averaged over the steps: no overhead in it), bound_steps_s
  (per step), card (plain `Card`; scope "mini" means measured a moment ago in this worker)}.
- `tokenize` start_s 0, shape (tokens_in,), detail {tokens: [{id, text, control}], left_out}: at
  most 1,024 tokens are listed, `left_out` counts the rest.
- `prefill` step 0, shape (1, tokens_in), bytes, flops (predicted).
- `sample` per token: step, token_id, text (what became readable), end_s,
  detail {token: display text of this id, control: true on end of text}.
- `decode` step 1, 2, …: shape (1, 1), bytes, flops.
- `result`, detail {model, chat, tokens_in, tokens_out, finish: "eos" | "length", text,
  latency (plain theory.metrics.Latency), weight_bytes, weights_read_bytes, kv_bytes (at the end),
  bound_s, reached (bound_s / TPOT, None for one token), prediction {ttft, tpot} for the tokens
  that really came, load_s, card_scope, environment (plain)}.

Errors: prompt_too_long (tokens, limit), and those of loading a model.
"""
