"""What the catalog finds in drawings of systems that were attacked, and of some that cannot be."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import catalog
from catalog.types import Attribute, Catalog, Scalar
from threatmodel.core.assessment import assess
from threatmodel.core.document import Document
from threatmodel.core.findings import Finding

from .casebook import ATLAS, Negative, Published, negatives, parent, published
from .measure import Row, count

# Nothing in a case ages; any day gives the same findings.
AS_OF = date(2026, 1, 1)
SEED = 1
MOST_MISSED = 6
# How far down the list somebody reads.
READ = 20
WIDTH = 54
# A new drawing: about ten components, nobody has answered anything.
NEW_DRAWING = range(8, 13)


@dataclass(frozen=True, slots=True)
class Judged:
    """A case with its findings in the order in which the product shows them."""

    case: Published
    findings: tuple[Finding, ...]


def recall() -> Iterator[Row]:
    """Techniques of published attacks among the findings of systems drawn beforehand."""
    known = catalog.load()
    judged = [Judged(case, _findings(case.document, known)) for case in published(known)]
    parts = {False: "open", True: "held out"}
    for held_out, name in parts.items():
        part = [one for one in judged if one.case.held_out is held_out]
        yield from _recalls(f"{name}, {len(part)} cases", part, known)
    yield from _recalls(f"all, {len(judged)} cases", judged, known)
    yield from _misses([one for one in judged if not one.case.held_out], known)
    yield from _loads(judged, known)
    yield from _negatives(known)
    opened = [one for one in judged if not one.case.held_out]
    yield from _precision("open", [(one.case, one.findings) for one in opened])
    calm = [(one, _findings(one.document, known)) for one in negatives(known)]
    yield from _precision("negative", calm)
    # Whoever judges a finding reads the case; the held-out ones are read by nobody.
    yield count("held out: findings that somebody judged", 0, "")


def _recalls(name: str, judged: Sequence[Judged], known: Catalog) -> Iterator[Row]:
    everything = [_recall(one.case, one.findings, known) for one in judged]
    yield _pooled(f"{name}: techniques among all findings", everything, "0.90 or more")
    sure = [_recall(one.case, _certain(one.findings), known) for one in judged]
    yield _pooled(f"{name}: among findings without a question", sure)
    for first, goal in ((10, ""), (20, "0.60 or more")):
        top = [_recall(one.case, one.findings[:first], known) for one in judged]
        yield _pooled(f"{name}: among the first {first} findings", top, goal)
    named = _named(known.threats, known)
    yield _pooled(f"{name}: techniques of other cases, found here", _swapped(judged, known))
    most = [_Recall(_near(one.case, named, known), len(one.case.techniques)) for one in judged]
    yield _pooled(f"{name}: if every threat were found", most)


def _swapped(judged: Sequence[Judged], known: Catalog) -> list[_Recall]:
    """What naming much would find by itself: each case's findings against all other attacks."""
    return [
        _recall(other.case, one.findings, known)
        for one in judged
        for other in judged
        if other is not one
    ]


def _misses(judged: Sequence[Judged], known: Catalog) -> Iterator[Row]:
    """Of open cases alone: to list what the others miss would give them away."""
    named = _named(known.threats, known)
    unnamed, not_found = Counter[str](), Counter[str]()
    for one in judged:
        nameable = _near(one.case, named, known)
        unnamed.update(set(one.case.techniques) - set(nameable))
        not_found.update(set(nameable) - set(_recall(one.case, one.findings, known).found))
    yield from _most("open, no threat names", unnamed, known)
    yield from _most("open, not found here", not_found, known)


def _most(name: str, missed: Counter[str], known: Catalog) -> Iterator[Row]:
    titles = known.frameworks[ATLAS].entries
    # By number, then id: what is equally often missed does not change places.
    for technique, times in sorted(missed.items(), key=lambda one: (-one[1], one[0]))[:MOST_MISSED]:
        said = f"{name}: {technique.removeprefix('AML.')} {titles[technique].title}"
        yield count(said if len(said) <= WIDTH else f"{said[: WIDTH - 3]}...", times, "")


def _loads(judged: Sequence[Judged], known: Catalog) -> Iterator[Row]:
    """Medians over the cases; the spread is the least and the most of a single case."""
    certain = [len(_certain(one.findings)) / _size(one.case.document) for one in judged]
    every = [len(one.findings) / _size(one.case.document) for one in judged]
    yield _median("findings per element, as drawn, without a question", certain)
    yield _median("findings per element, as drawn, all", every)
    answers = random.Random(SEED)
    documents = [one.case.document for one in judged]
    full = [_told(one, known, lambda what: _answer(what, answers)) for one in documents]
    loads = [len(_findings(one, known)) / _size(one) for one in full]
    yield _median("findings per element, all attributes answered", loads, "6 or fewer")
    bare = [_untold(one) for one in documents]
    asked = [_questions(one, known) for one in bare]
    yield _median("questions per element, no attribute stated", asked, "10 or fewer")
    rows = [_rows(one, known) for one in bare if len(one.components) in NEW_DRAWING]
    yield _median(f"rows of {len(rows)} drawings of 8 to 12, nothing stated", rows, "15 or fewer")


def _negatives(known: Catalog) -> Iterator[Row]:
    for one in negatives(known):
        found = _findings(one.document, known)
        wrong = sum(finding.threat in one.never for finding in found)
        yield count(f"negative, {one.name}: impossible findings", wrong, "", "0")
        yield count(f"negative, {one.name}: all findings", len(found), "")


def _precision(
    name: str, cases: Sequence[tuple[Published | Negative, tuple[Finding, ...]]]
) -> Iterator[Row]:
    """What a reader said of the first findings; those that came since are counted apart."""
    shown = [(case.judged, one.key) for case, found in cases for one in found[:READ]]
    irrelevant = sum(key in judged.irrelevant for judged, key in shown)
    read = irrelevant + sum(key in judged.relevant for judged, key in shown)
    yield count(f"{name}: first {READ}, judged irrelevant", irrelevant / read, "")
    yield count(f"{name}: first {READ}, judged by nobody yet", 1 - read / len(shown), "")


@dataclass(frozen=True, slots=True)
class _Recall:
    found: tuple[str, ...]
    of: int


def _recall(case: Published, findings: Collection[Finding], known: Catalog) -> _Recall:
    named = _named({finding.threat for finding in findings}, known)
    return _Recall(_near(case, named, known), len(case.techniques))


def _named(threats: Collection[str], known: Catalog) -> frozenset[str]:
    """Techniques that the threats refer to."""
    told = (known.threats[threat].references.get(ATLAS, ()) for threat in threats)
    return frozenset(technique for techniques in told for technique in techniques)


def _near(case: Published, named: Collection[str], known: Catalog) -> tuple[str, ...]:
    return tuple(one for one in case.techniques if is_named(one, named, known))


def is_named(technique: str, named: Collection[str], known: Catalog) -> bool:
    """Whether it, the technique it refines, or one that refines it is among the named."""
    near = {technique, parent(known, technique)}
    return any(one in near or parent(known, one) == technique for one in named)


def _certain(findings: Collection[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.applies == "yes")


def _findings(document: Document, known: Catalog) -> tuple[Finding, ...]:
    return assess(document, known, as_of=AS_OF).findings


def _size(document: Document) -> int:
    return len(document.components) + len(document.flows)


def _questions(document: Document, known: Catalog) -> float:
    return assess(document, known, as_of=AS_OF).summary.questions / _size(document)


def _rows(document: Document, known: Catalog) -> int:
    """Rows as the register groups them, the conditional ones counted: one for each cause."""
    return len({finding.cause for finding in _findings(document, known)})


def _untold(document: Document) -> Document:
    return replace(
        document,
        components={k: replace(v, attributes={}) for k, v in document.components.items()},
        flows={k: replace(v, attributes={}) for k, v in document.flows.items()},
    )


def _told(document: Document, known: Catalog, answer: Callable[[Attribute], Scalar]) -> Document:
    """Every attribute answered; what the case states stays."""

    def whole(stated: Mapping[str, Scalar], all_of: Collection[Attribute]) -> dict[str, Scalar]:
        return {one.id: stated.get(one.id, answer(one)) for one in all_of}

    return replace(
        document,
        components={
            key: replace(one, attributes=whole(one.attributes, known.attributes_of(one.type)))
            for key, one in document.components.items()
        },
        flows={
            key: replace(one, attributes=whole(one.attributes, known.flow_attributes))
            for key, one in document.flows.items()
        },
    )


def _answer(what: Attribute, answers: random.Random) -> Scalar:
    if what.kind == "boolean":
        return answers.random() < 0.5
    return answers.choice(what.choices) if what.kind == "choice" else answers.randint(1, 600)


def _pooled(name: str, recalls: Collection[_Recall], goal: str = "") -> Row:
    """Over all techniques of all cases; cases with many count for more."""
    return count(
        name, sum(len(one.found) for one in recalls) / sum(o.of for o in recalls), "", goal
    )


def _median(name: str, values: Collection[float], goal: str = "") -> Row:
    return Row(name, statistics.median(values), "", min(values), max(values), goal)


CASES = {"recall": recall}
