"""Other people's frameworks, and the links between them, as frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

LinkedBy = Literal["publisher", "ours"]
Relation = Literal["answers", "matches", "follows"]


@dataclass(frozen=True, slots=True)
class FrameworkEntry:
    """`parent`: the entry this one refines. `groups`: headings it stands under (ATLAS tactics).

    `kind` is the publisher's word (technique, control, article), `tags` what it is filed under
    (a level, a baseline, a platform). `title` is empty where the publisher gives none but a text.
    """

    id: str
    title: str
    url: str
    kind: str = ""
    parent: str | None = None
    groups: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The id that people cite, such as ML01; the title where it is only an address's word.

        Examples
        --------
        >>> FrameworkEntry("PR.AT", "Awareness and Training", "").short
        'PR.AT'
        >>> FrameworkEntry("riskDataPoisoning", "Data Poisoning", "").short
        'Data Poisoning'
        """
        is_word = self.id[:1].islower() and not any(char.isdigit() for char in self.id)
        return self.title if is_word and self.title else self.id


@dataclass(frozen=True, slots=True)
class Framework:
    """Ids, titles and links of somebody's framework: facts, no text of theirs.

    `notice` is what the licence asks to be said, or what of the framework is not here.
    `follows` is the framework that holds the edition before this one.
    """

    id: str
    title: str
    edition: str
    publisher: str
    url: str
    licence: str
    entries: Mapping[str, FrameworkEntry]
    notice: str = ""
    follows: str | None = None


class Cited(NamedTuple):
    """An entry of a framework. Ids are only unique within theirs."""

    framework: str
    id: str


@dataclass(frozen=True, slots=True)
class Link:
    source: Cited
    target: Cited


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Links from one framework to others. `by` tells its publisher's own links from ours.

    `relation`: the source `answers` the target (a defence to an attack), `matches` it (both speak
    of the same, or one of a part of the other), or `follows` it (a later edition's name for it).
    """

    id: str
    title: str
    edition: str
    publisher: str
    url: str
    licence: str
    by: LinkedBy
    relation: Relation
    links: tuple[Link, ...]
    notice: str = ""
