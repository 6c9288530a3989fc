"""The register: findings of a system, or of all that a person may see, filtered, grouped, paged.

However many findings there are, it asks the database the same number of questions: one for what
every finding is filtered and grouped by, one for the drawings, one for who is on it, and one for
the rows of the page that is shown.
"""

from .asked import Asked
from .groups import Group, Page, grouped, paged, usual
from .heat import Heat, heat
from .listed import Listed, Register
from .places import Drawn, drawn

__all__ = [
    "Asked",
    "Drawn",
    "Group",
    "Heat",
    "Listed",
    "Page",
    "Register",
    "drawn",
    "grouped",
    "heat",
    "paged",
    "usual",
]
