"""What reading a file gives: the document, what people had entered, and what became of the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.types import Catalog
from threatmodel.core.document import Document, Remark
from threatmodel.core.inputs import Inputs

from .baselines import Baseline
from .belongings import Belongings
from .history import History


@dataclass(frozen=True, slots=True)
class Report:
    """The loss report. Nothing of a file may vanish without a line here.

    `read` counts what was found; `mapped` tells what became something else, every guess with its
    reason; `kept` what we carry along without understanding it; `dropped` what is not in the
    document at all.
    """

    read: tuple[Remark, ...] = ()
    mapped: tuple[Remark, ...] = ()
    kept: tuple[Remark, ...] = ()
    dropped: tuple[Remark, ...] = ()

    def to_data(self) -> dict[str, list[dict[str, str]]]:
        """The report as it stands in answers of the API."""
        return {
            "read": _lines(self.read),
            "mapped": _lines(self.mapped),
            "kept": _lines(self.kept),
            "dropped": _lines(self.dropped),
        }


@dataclass(frozen=True, slots=True)
class Imported:
    """A file read. `format` is the name of the format that it turned out to be.

    `catalog` is the one that it was read with, where that is more than was given: a file that is
    taken as it stands brings the own entries of its workspace.
    """

    format: str
    document: Document
    inputs: Inputs = field(default_factory=Inputs)
    report: Report = field(default_factory=Report)
    catalog: Catalog | None = None
    baselines: tuple[Baseline, ...] = ()
    history: History = field(default_factory=History)
    belongings: Belongings = field(default_factory=Belongings)


def counted(document: Document) -> tuple[Remark, ...]:
    """How many elements of each kind a document has, as lines of the report."""
    kinds = ("zones", "components", "flows", "assets", "adversaries", "scenarios", "notes")
    counts = ((kind, len(getattr(document, kind))) for kind in kinds)
    return tuple(Remark(amount(count, kind), "as in the file") for kind, count in counts if count)


def amount(count: int, kinds: str) -> str:
    """A number with its noun, which is given in the plural.

    Examples
    --------
    >>> amount(2, "zones"), amount(1, "adversaries")
    ('2 zones', '1 adversary')
    """
    one = kinds[:-3] + "y" if kinds.endswith("ies") else kinds[:-1]
    return f"{count} {one if count == 1 else kinds}"


def _lines(remarks: Iterable[Remark]) -> list[dict[str, str]]:
    return [{"what": remark.what, "why": remark.why} for remark in remarks]
