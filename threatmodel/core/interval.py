"""What a share that was counted leaves open."""

from __future__ import annotations

from scipy.special import betaincinv


def exact(hits: int, of: int, sure: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share, which is never too narrow.

    Parameters
    ----------
    hits, of
        So many of how many; of none everything is left open.
    sure
        How often such intervals hold the true share.

    References
    ----------
    C. J. Clopper and E. S. Pearson, The Use of Confidence or Fiducial Limits Illustrated in the
    Case of the Binomial (1934), Biometrika 26.

    Examples
    --------
    >>> [round(end, 4) for end in exact(0, 30)], [round(end, 4) for end in exact(15, 30)]
    ([0.0, 0.1157], [0.313, 0.687])
    """
    if not of:
        return 0.0, 1.0
    rest = (1 - sure) / 2
    low = float(betaincinv(hits, of - hits + 1, rest)) if hits else 0.0
    high = float(betaincinv(hits + 1, of - hits, 1 - rest)) if hits < of else 1.0
    return low, high
