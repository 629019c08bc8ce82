"""Job `machine_card`: measure this machine, point by point.

- `progress` detail {what: "bandwidth" | "flops" | "dispatch", done, total} (steps of the card).
- `data` detail {what: "environment", environment (plain), peak_fp32 (plain `Peak` or None)}: first.
- `data` detail {what: "bandwidth", bytes, per_s, samples} per working-set size, growing.
- `data` detail {what: "flops", dtype, per_s, samples, size} per dtype.
- `data` detail {what: "dispatch", seconds, samples}.
- `result` detail = plain `schema.card.Card`.
"""
