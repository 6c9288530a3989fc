"""Attack paths: how likely each asset is hit, by what ways, and what stops them."""
