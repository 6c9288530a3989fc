"""What somebody asks a register for, as a value that reads from an address and writes to one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlencode

from django.utils.translation import gettext_lazy

from catalog.types import Level

GROUPS = {
    "cause": gettext_lazy("Where it comes from"),
    "threat": gettext_lazy("Threat"),
    "element": gettext_lazy("Element"),
    "zone": gettext_lazy("Zone"),
    "asset": gettext_lazy("Asset"),
    "tactic": gettext_lazy("Tactic"),
    "owner": gettext_lazy("Owner"),
    "none": gettext_lazy("No groups"),
}
ORDERS = {
    "risk": gettext_lazy("Risk"),
    "likelihood": gettext_lazy("Likelihood"),
    "impact": gettext_lazy("Impact"),
    "threat": gettext_lazy("Threat"),
    "element": gettext_lazy("Element"),
    "until": gettext_lazy("Ends first"),
    "changed": gettext_lazy("Changed last"),
}
MEASURES = ("residual", "inherent", "planned")
# How long before its end a decision is said to be about to lapse.
LAPSING_DAYS = 30
# Asks for those that have none: no zone, no asset, nobody on it.
NONE = "-"
# Filters that are words of the finding itself.
COLUMNS = ("treatment", "verdict", "position", "answered", "threat", "element", "cause")


@dataclass(frozen=True, slots=True)
class Asked:
    """Filters, grouping, order and page. An empty text asks for nothing, and
    leaves it to the register how it groups.

    `likelihood` and `impact` choose a cell of the matrix, on the side of `measure`.
    """

    q: str = ""
    level: str = ""
    treatment: str = ""
    verdict: str = ""
    position: str = ""
    answered: str = ""
    lapsed: str = ""
    lapsing: str = ""
    threat: str = ""
    element: str = ""
    cause: str = ""
    type: str = ""
    zone: str = ""
    asset: str = ""
    tactic: str = ""
    stride: str = ""
    owner: str = ""
    system: str = ""
    likelihood: str = ""
    impact: str = ""
    measure: str = "residual"
    group: str = ""
    order: str = "risk"
    page: int = 1

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Asked:
        """Checked values of a form; what is empty keeps its default."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known and value})  # type: ignore[arg-type]  # the form gives texts, and a number for the page

    @property
    def cell(self) -> tuple[Level, Level] | None:
        """The cell of the matrix that was opened."""
        if not (self.likelihood and self.impact):
            return None
        return Level.parse(self.likelihood), Level.parse(self.impact)

    @property
    def filtered(self) -> bool:
        plain = Asked(measure=self.measure, group=self.group, order=self.order, page=self.page)
        return self != plain

    def query(self, **changes: object) -> str:
        """The address of this with other values; the page starts anew unless it is said."""
        found = {name: getattr(self, name) for name in _PLAIN} | {"page": 1} | changes
        return urlencode({name: value for name, value in found.items() if value != _PLAIN[name]})


_PLAIN: dict[str, object] = asdict(Asked())
