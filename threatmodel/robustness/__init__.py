"""Attacks on linked models. Knows nothing of Django or Celery, and never opens a model itself."""
