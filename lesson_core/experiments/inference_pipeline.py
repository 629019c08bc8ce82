"""Job `pipeline_trace`: one prompt through every stage, with a clock read around each.

Times are seconds since the request arrived; the events of one step come after the step, so that
sending them costs the step nothing. In order:

- `progress`, `code`, `data` {what: "prediction", …} as in token_clock, plus there `operators`:
  {prefill: [row], decode: [row]} with row = {part: "embed" | "layer" | "head", name, flops,
  weight_bytes, kv_bytes, activation_bytes, launches}; a `layer` row counts ONE layer; decode is
  the first decode step.
- `tokenize`, detail {tokens: [{id, text, control, bytes: [0–255]}], left_out, utf8: [0–255] of
  the first 1,024 bytes of the learner's text}.
- per step (0 is prefill): `embed`, then one `layer` per layer, then `logits`, then `prefill` or
  `decode` for the whole pass, then `sample`. Each has step, start_s, end_s; all but sample have
  shape, bytes, flops (predicted).
    - `embed` shape (1, T, d_model), detail {predicted_s, rows: [{position, id, text, values: first
      8 numbers}] for at most 4 tokens, norm: L2 norm of the last position}.
    - `layer` shape (1, T, d_model), detail {layer: 0…, norm, predicted_s}.
    - `logits` shape (1, vocab_size), detail {predicted_s, top: [{id, text, logit, prob}] ten
      largest, prob by plain softmax before sampling settings}.
    - `prefill`/`decode` shape (1, T), detail {context, predicted (plain `Prediction`), bound_s,
      gap: {measured_s, weights_s, kv_s, arithmetic_s, overhead_s, unexplained_s}}; the four
      predicted parts and unexplained_s (may be negative) add up to measured_s.
    - `sample` token_id, text, detail {token, control, prob of the chosen token as sampled}.
- `progress` {what: "unprobed", done, total} while the same tokens run again without clocks inside.
- `result`: that of token_clock plus {steps: [{step, phase, context, measured_s, embed_s, layers_s,
  head_s, sample_s, predicted_s, parts_s, unexplained_s, unprobed_s, bytes, flops}],
  probe: {probed_s, unprobed_s, overhead_s, share}} (sums over steps; share = overhead_s /
  unprobed_s: what watching cost).
"""
