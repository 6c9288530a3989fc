"""What can go wrong in a run. The message is one sentence for the person who started it."""

from __future__ import annotations


class RobustnessError(ValueError):
    """A model, a data set or a parameter cannot be used; the message says what to do."""


class ModelError(RobustnessError):
    """The model was refused, or answered with something that is not an answer."""


class ModelDied(RobustnessError):
    """The child that held the model ended by itself or was ended by one of its limits."""


class TimedOut(RobustnessError):
    """The model or the run took longer than it may."""


class Cancelled(RobustnessError):
    """Somebody asked for the run to stop."""


class BudgetSpent(RobustnessError):
    """An attack asked for more than its budget allows; nothing was sent."""


class Forbidden(RobustnessError):
    """An address that may not be called, or a call that its owner did not agree to."""


class Unreachable(RobustnessError):
    """Nobody answered at an address, or not in its language."""


class HungUp(Unreachable):
    """A connection that was kept for the next call had ended; a new one may well be answered."""


class TooLarge(RobustnessError):
    """An answer is larger than it may be."""
