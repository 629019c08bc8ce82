"""Job `measure_clock`: the prompt of the token clock, unwatched, warmed up and repeated.

- `progress` detail {what: "load_model" | "measure_bound" | "warm_up" | "repeat", done, total}.
- `code` as in token_clock.
- `result` detail {result: plain `schema.results.Result` (samples_s: ttft, tpot, e2e one per
  repeat, itl all gaps pooled; prediction: ttft, tpot, e2e), summary: {ttft, tpot, e2e, itl:
  {median, iqr, interval: [low, high] (bootstrap, 95 %), n, p95 (None below 40 samples)}}, model,
  chat, tokens_in, tokens_out (each repeat), finish, bound_s, reached (bound_s / median TPOT),
  card (plain), weight_bytes, kv_bytes}.

Greedy and stopped at the same place, so every repeat does the same work. Raises
LabError("needs_two_tokens") when the answer is a single token: there is no TPOT to measure.
"""
