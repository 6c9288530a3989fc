"""Where else it is written about: other people's frameworks, and the links between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import get_args

from .entry import Entry
from .framework import Cited, Crosswalk, Framework, FrameworkEntry, Link, LinkedBy, Relation


def read_framework(entry: Entry) -> Framework:
    url = _url(entry)
    return Framework(
        id=entry.id(),
        title=entry.text("title"),
        edition=entry.text("edition"),
        publisher=entry.text("publisher"),
        url=url,
        licence=entry.text("licence"),
        entries=_framework_entries(entry, url),
        notice=entry.text("notice", ""),
        follows=entry.id("follows") if entry.has("follows") else None,
    )


def _framework_entries(entry: Entry, url: str) -> Mapping[str, FrameworkEntry]:
    found: dict[str, FrameworkEntry] = {}
    for item in entry.entries("entries"):
        reference = _framework_entry(item, url)
        if reference.id in found:
            raise item.fail("id", f"'{reference.id}' is used twice")
        found[reference.id] = reference
    return MappingProxyType(found)


def _framework_entry(entry: Entry, url: str) -> FrameworkEntry:
    """`url` is the framework's own, for entries that have no page of theirs."""
    reference = FrameworkEntry(
        id=entry.text("id"),
        title=entry.text("title", ""),
        url=_url(entry) if entry.has("url") else url,
        kind=entry.text("kind", ""),
        parent=entry.text("parent") if entry.has("parent") else None,
        groups=entry.texts("groups", ()),
        tags=entry.texts("tags", ()),
    )
    entry.done()
    return reference


def read_crosswalk(entry: Entry) -> Crosswalk:
    return Crosswalk(
        id=entry.id(),
        title=entry.text("title"),
        edition=entry.text("edition"),
        publisher=entry.text("publisher"),
        url=_url(entry),
        licence=entry.text("licence"),
        by=entry.one_of("by", get_args(LinkedBy)),
        relation=entry.one_of("relation", get_args(Relation)),
        links=tuple(_links(entry)),
        notice=entry.text("notice", ""),
    )


def _links(entry: Entry) -> Iterator[Link]:
    framework = entry.id("from")
    seen: set[str] = set()
    for item in entry.entries("links"):
        source = Cited(framework, item.text("from"))
        if source.id in seen:
            raise item.fail("from", f"'{source.id}' stands twice; write its links in one place")
        seen.add(source.id)
        for name, ids in item.references("to").items():
            yield from (Link(source, Cited(name, id)) for id in ids)
        item.done()


def _url(entry: Entry) -> str:
    url = entry.text("url")
    if not url.startswith("https://"):
        raise entry.fail("url", "has to begin with https://")
    return url
