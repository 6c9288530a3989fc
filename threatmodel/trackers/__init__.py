"""Other people's trackers, spoken to in their own words: what is sent, what their answers mean.

Pure: who calls hands in the way out (`Call`), so nothing here opens a connection. What comes back
is a stranger's text: read strictly, cut short, and never repeated in an error.
"""

from __future__ import annotations

from . import github, jira, webhook
from .spoken import Answer, Call, Made, Place, State, TrackerError

__all__ = [
    "Answer",
    "Call",
    "KINDS",
    "Made",
    "Place",
    "State",
    "TICKETS",
    "TrackerError",
    "github",
    "jira",
    "webhook",
]

TICKETS = {"github": github, "jira": jira}
KINDS = (*TICKETS, "webhook")
