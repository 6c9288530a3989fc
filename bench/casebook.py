"""The published attacks of `cases/` and the systems that cannot be attacked so, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from catalog.types import Catalog
from threatmodel.core.document import Document, parse

ATLAS = "atlas"
FOLDER = Path(__file__).parent / "cases"
CASE_FILES = tuple(sorted(FOLDER.glob("*.yaml")))
JUDGEMENTS = Path(__file__).parent / "judgements"
NEGATIVE_FILES = tuple(sorted(FOLDER.glob("negative/*.yaml")))
# ATLAS tactics that an attacker pursues before there is anything to attack.
PREPARATION = frozenset({"AML.TA0002", "AML.TA0003"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a reader of a case said of its first findings: why some are irrelevant; the others."""

    irrelevant: Mapping[str, str]
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Published:
    """An attack on record: the system it struck and the techniques that acted on it."""

    id: str
    title: str
    year: int
    kind: str
    techniques: tuple[str, ...]
    held_out: bool
    why_these: str
    document: Document
    judged: Judgement


@dataclass(frozen=True, slots=True)
class Negative:
    """A system, and the threats that have no business there."""

    name: str
    never: frozenset[str]
    why: str
    document: Document
    judged: Judgement


def judgement(path: Path) -> Judgement:
    """Of the case or negative system of one file; empty where nobody has judged it."""
    file = JUDGEMENTS / path.name
    said = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return Judgement(said.get("irrelevant", {}), frozenset(said.get("relevant", ())))


def published(catalog: Catalog) -> tuple[Published, ...]:
    """Every case, by its id."""
    return tuple(read_case(path, catalog) for path in CASE_FILES)


def negatives(catalog: Catalog) -> tuple[Negative, ...]:
    """Every negative system, by its file's name."""
    return tuple(read_negative(path, catalog) for path in NEGATIVE_FILES)


def read_case(path: Path, catalog: Catalog) -> Published:
    """One case. Raises DocumentError for a word that the catalog does not know."""
    case, document = _read(path, "case", catalog)
    techniques = tuple(case.pop("techniques"))
    return Published(**case, techniques=techniques, document=document, judged=judgement(path))


def read_negative(path: Path, catalog: Catalog) -> Negative:
    """One negative system, named after its file."""
    said, document = _read(path, "negative", catalog)
    never = frozenset(said["never"])
    return Negative(path.stem, never, said["why"], document, judgement(path))


def acts_on_a_system(catalog: Catalog, technique: str) -> bool:
    """Whether a technique is more than an attacker's own preparation."""
    return not _tactics(catalog, technique) <= PREPARATION


def parent(catalog: Catalog, technique: str) -> str | None:
    """The technique that this one refines."""
    return catalog.frameworks[ATLAS].entries[technique].parent


def _tactics(catalog: Catalog, technique: str) -> frozenset[str]:
    # A sub-technique stands under the tactics of its technique.
    above = parent(catalog, technique) or technique
    return frozenset(catalog.frameworks[ATLAS].entries[above].groups)


def _read(path: Path, beside: str, catalog: Catalog) -> tuple[dict[str, Any], Document]:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    about = data.pop(beside)
    document, _ = parse(data, catalog, as_entered=True)
    return about, document
