"""What translating one file needs to remember: its names, our ids, and the report's lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from threatmodel.core.document import MAX_LABEL, MAX_TEXT, DocumentError, Remark
from threatmodel.core.document.fields import shown, storable

MAX_ENTRIES = 20_000
# How alike a misspelt name must be to be taken for the one that is declared.
ALIKE = 0.9
# Looking for alike names costs their number squared; a file with more is not misspelt but wrong.
MAX_MISSPELT = 50

Entry = Mapping[str, object]
Row = dict[str, object]


@dataclass
class Ledger:
    """One file on its way; gathers the lines of the report as it goes."""

    data: Entry
    mapped: list[Remark] = field(default_factory=list)
    kept: list[Remark] = field(default_factory=list)
    dropped: list[Remark] = field(default_factory=list)
    _ids: dict[str, dict[str, str]] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)
    _numbers: dict[str, int] = field(default_factory=dict)
    _misspelt: dict[str, str | None] = field(default_factory=dict)

    def entries(self, name: str) -> Sequence[Entry]:
        found = self.data.get(name) or []
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            raise DocumentError(f"{shown(found)} is not a list of mappings", field=name)
        if len(found) > MAX_ENTRIES:
            message = f"at most {MAX_ENTRIES} of these are read"
            raise DocumentError(message, field=name, code="limit")
        return found

    def each(self, name: str, make: Callable[[Entry], Row]) -> list[Row]:
        """Rows made of a list's entries; an error names the entry."""
        rows = []
        for index, entry in enumerate(self.entries(name)):
            try:
                rows.append(make(entry))
            except DocumentError as error:
                raise error.inside(f"{name}[{index}]") from None
        return rows

    def new_id(self, section: str, entry: Entry, prefix: str) -> str:
        """An id of ours; in the file a flow and a store may have one name."""
        name = said(entry, "symbolic_name")
        known = self._ids.setdefault(section, {})
        if name and name in known:
            message = f"the name {shown(name)} stands twice; names are used once"
            raise DocumentError(message, field="symbolic_name", code="taken")
        stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        wanted = f"{prefix}-{stem}"[:50].rstrip("-")
        found = wanted if stem and wanted not in self._taken else self._numbered(wanted)
        self._taken.add(found)
        if name:
            known[name] = found
        return found

    def _numbered(self, stem: str) -> str:
        while True:
            number = self._numbers[stem] = self._numbers.get(stem, 0) + 1
            if f"{stem}-{number}" not in self._taken:
                return f"{stem}-{number}"

    def resolve(self, sections: Sequence[str], name: str, what: str) -> str | None:
        """Our id of a name in the file; a misspelt one is taken for what it resembles."""
        for section in sections:
            if name in self._ids.get(section, {}):
                return self._ids[section][name]
        if not name or (name not in self._misspelt and len(self._misspelt) >= MAX_MISSPELT):
            return None
        if name not in self._misspelt:
            self._misspelt[name] = self._alike(sections, name, what)
        alike = self._misspelt[name]
        return self.resolve(sections, alike, what) if alike else None

    def _alike(self, sections: Sequence[str], name: str, what: str) -> str | None:
        names = [known for section in sections for known in self._ids.get(section, {})]
        alike = get_close_matches(name[:MAX_LABEL], names, n=2, cutoff=ALIKE)
        if len(alike) != 1:
            return None
        why = f"the file has no such name; taken for {shown(alike[0])}"
        self.mapped.append(Remark(f"{shown(name)} as {what}", why))
        return alike[0]

    def title(self, entry: Entry) -> str:
        title = said(entry, "title") or said(entry, "symbolic_name")
        return self.label(title, f"the name {shown(title)}")

    def label(self, value: str, what: str) -> str:
        return self.cut(value, what, MAX_LABEL)

    def cut(self, value: str, what: str, limit: int = MAX_TEXT) -> str:
        if len(value) <= limit:
            return value
        self.dropped.append(Remark(f"the end of {what}", f"longer than {limit} characters"))
        return value[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"


def said(entry: Entry, name: str) -> str:
    """The text under a key, empty if there is none."""
    value = entry.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DocumentError(f"{shown(value)} is not text", field=name)
    try:
        return storable(value)
    except DocumentError as error:
        raise error.inside(name) from None


def without(entry: Entry, *taken: str) -> Row:
    """What is left of an entry; it goes into the extensions, so nothing is lost."""
    return {name: value for name, value in entry.items() if name not in taken}
