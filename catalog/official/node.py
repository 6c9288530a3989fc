"""One mapping of an official file, read key by key. Keys that nobody asked for are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.types import CatalogError

from .plain import plain
from .source import Source
from .types import OfficialEntry

MAX_ENTRIES = 5_000
MAX_TEXT = 20_000
MAX_TITLE = 300
_TEMPLATE = re.compile(r"\{\{.{0,40}|\{%.{0,40}")


@dataclass(frozen=True, slots=True)
class Node:
    """`entry` is the id that errors name; the whole file's node has none."""

    value: Mapping[str, object]
    source: Source
    entry: str = ""

    def fail(self, problem: str, part: str = "") -> CatalogError:
        return self.source.fail(problem, self.entry, part)

    def named(self, entry: str) -> Node:
        return Node(self.value, self.source, entry)

    def words(self, key: str, default: str | None = None) -> str:
        """A short text; numbers count as written, since an edition may look like one."""
        value = self.value.get(key, default)
        if isinstance(value, bool) or not isinstance(value, str | int | float) or value == "":
            raise self.fail(f"{key}: has to be text", key)
        return str(value)

    def id(self, pattern: re.Pattern[str], key: str = "id") -> str:
        found = self.words(key)
        if not pattern.fullmatch(found):
            raise self.source.fail(
                f"{key}: is not an id of this framework", ascii(found)[1:-1][:60]
            )
        return found

    def title(self, key: str) -> str:
        title = " ".join(self.prose(self.words(key)).split())
        if not title or len(title) > MAX_TITLE:
            raise self.fail(f"{key}: has to be 1 to {MAX_TITLE} characters", key)
        return title

    def prose(self, text: str) -> str:
        """A publisher's text as plain text; templating that nobody filled in is refused."""
        if len(text) > MAX_TEXT:
            raise self.fail(f"a text is longer than {MAX_TEXT} characters")
        if template := _TEMPLATE.search(text):
            problem = f"'{template[0][:20]}' is templating; take the file that was made from it"
            raise self.fail(problem, template[0][:2])
        return plain(text)

    def node(self, key: str) -> Node:
        value = self.value.get(key)
        if not isinstance(value, Mapping):
            raise self.fail(f"{key}: has to be a mapping", key)
        return Node(value, self.source, self.entry)

    def nodes(self, key: str) -> Iterator[Node]:
        """The mappings of a list; none where the key is missing."""
        value = self.value.get(key, [])
        if not isinstance(value, list):
            raise self.fail(f"{key}: has to be a list", key)
        for item in value:
            if not isinstance(item, Mapping):
                raise self.fail(f"{key}: has to be a list of mappings", key)
            yield Node(item, self.source, self.entry)


def table(found: Iterable[OfficialEntry], source: Source) -> Mapping[str, OfficialEntry]:
    """Entries by id, each once; a file that holds none is not what it seems to be."""
    entries: dict[str, OfficialEntry] = {}
    for entry in found:
        if entry.id in entries:
            raise source.fail("stands twice", entry.id, last=True)
        if len(entries) == MAX_ENTRIES:
            raise source.fail(f"holds more than {MAX_ENTRIES} entries")
        entries[entry.id] = entry
    if not entries:
        raise source.fail("holds no entries; take the publisher's whole file")
    return MappingProxyType(entries)
