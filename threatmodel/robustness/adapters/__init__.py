"""Ways to ask a model: each has `labels(rows)` and is used through the oracle only."""
