"""The whole chain as one value, and the warm engine that follows edits.

The same document, catalog, inputs and date give the same assessment, byte for byte.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

from catalog.types import Catalog, Level

from .candidates import Candidates, Doubt
from .document import Document, digest
from .document.schema import COLLECTIONS
from .edits import is_loud
from .findings import (
    SETTLED,
    Assessment,
    Delta,
    Finding,
    Question,
    Summary,
    key_of,
    parted,
)
from .graph import Graph
from .inputs import Decision, Evidence, Inputs, Mitigation
from .judgement import Judge
from .operations import Executed
from .questions import rank
from .reckoning import Reckoning
from .rules import ThreatAt
from .terms import Case
from .texts import Texts

ORDERED = ("adversaries", "assets", "zones", "components", "flows", "scenarios")


def assess(
    document: Document, catalog: Catalog, inputs: Inputs | None = None, *, as_of: date
) -> Assessment:
    """Everything that follows from a document on a day.

    Parameters
    ----------
    inputs
        Decisions, mitigations and evidence; none by default.
    as_of
        The day that ageing and expiry count to.
    """
    return Engine(document, catalog, inputs or Inputs(), as_of).assessment


class Engine:
    """A warm assessment of one document. One thread at a time; drop it after any error."""

    def __init__(self, document: Document, catalog: Catalog, inputs: Inputs, as_of: date) -> None:
        self.catalog = catalog
        self._judge_of = Judge(as_of)
        self._inputs = _Grouped(inputs)
        self._candidates = Candidates(_by_id(document), catalog)
        self._found: dict[ThreatAt, Finding] = {}
        self._texts = Texts()
        self._findings: tuple[Finding, ...] | None = None
        self._summary: Summary | None = None
        self._questions: tuple[Question, ...] | None = None
        self._judge(self._candidates.pairs())

    @property
    def document(self) -> Document:
        return self._candidates.graph.document

    @property
    def graph(self) -> Graph:
        return self._candidates.graph

    @property
    def inputs(self) -> Inputs:
        return self._inputs.inputs

    @property
    def as_of(self) -> date:
        return self._judge_of.as_of

    @property
    def findings(self) -> tuple[Finding, ...]:
        """In the order of the method: residual level, score, threat, element.

        Notes
        -----
        O(n log n) once; like the summary and the questions kept until a finding changes.
        """
        if self._findings is None:
            self._findings = tuple(sorted(self._found.values(), key=order))
        return self._findings

    @property
    def summary(self) -> Summary:
        if self._summary is None:
            self._summary = summarise(self._found.values())
        return self._summary

    @property
    def questions(self) -> tuple[Question, ...]:
        """What is unknown, in the order in which it helps most to ask."""
        if self._questions is None:
            self._questions = rank(self.findings)
        return self._questions

    @property
    def assessment(self) -> Assessment:
        """The whole as a value. The document's digest makes this O(document)."""
        return Assessment(
            catalog=self.catalog.digest,
            document=digest(self.document),
            as_of=self.as_of,
            findings=self.findings,
            questions=self.questions,
            summary=self.summary,
        )

    def reckonings(
        self, elements: Collection[str] | None = None
    ) -> tuple[tuple[Finding, Reckoning], ...]:
        """The findings that apply, each with what its numbers are made of; in their order.

        `elements` names those that are asked about, None asks about all.
        """
        applying = (one for one in self.findings if one.applies == "yes")
        if elements is not None:
            applying = (one for one in applying if one.element in elements)
        cases = ((one, self._case((one.threat, one.element))) for one in applying)
        return tuple(
            (one, self._judge_of.reckoning(case, self.graph)) for one, case in cases if case
        )

    def update(self, document: Document, changes: Collection[Executed]) -> Delta:
        """Follow an edit: `document` is what `changes` made of the present one."""
        before = self._candidates.columns.evaluations
        ordered = _still_by_id(self.document, document, changes)
        doubt = self._candidates.follow(changes, ordered, self._judge_of.covers)
        if doubt.everything:
            self._judge_of = Judge(self.as_of)
        resting = self._inputs.resting if any(map(is_loud, changes)) else ()
        delta = self._judge(dict.fromkeys((*self._doubtful(doubt), *resting)))
        evaluations = self._candidates.columns.evaluations - before + delta.evaluations
        return replace(delta, evaluations=evaluations)

    def set_inputs(self, inputs: Inputs) -> Delta:
        """Take other decisions, mitigations and evidence; judges only elements they concern."""
        before, self._inputs = self._inputs, _Grouped(inputs)
        concerned = self._inputs.differing_elements(before)
        return self._judge(pair for pair in self._candidates.pairs() if pair[1] in concerned)

    def set_as_of(self, as_of: date) -> Delta:
        """Advance the day: evidence ages and decisions end."""
        self._judge_of = Judge(as_of)
        return self._judge(self._candidates.pairs())

    def _doubtful(self, doubt: Doubt) -> Iterable[ThreatAt]:
        if doubt.everything:
            return dict.fromkeys((*self._candidates.pairs(), *self._found, *doubt.pairs))
        if not (doubt.said or doubt.choices or doubt.retyped):
            return doubt.pairs
        told = [pair for name in doubt.said for pair in self._texts.saying(name, self._found)]
        return dict.fromkeys((*doubt.pairs, *told, *self._asking(doubt)))

    def _asking(self, doubt: Doubt) -> Iterator[ThreatAt]:
        """Pairs whose questions may be others, or have other answers to choose from."""
        if not (doubt.choices or doubt.retyped):
            return
        for pair, finding in self._found.items():
            for asked in finding.questions:
                if asked.kind in doubt.choices or asked.element in doubt.retyped:
                    yield pair
                    break

    def _judge(self, pairs: Iterable[ThreatAt]) -> Delta:
        """Judge these again, keep what came out, and tell what differs."""
        changed, gone, count = [], [], 0
        for pair in tuple(pairs):
            count += 1
            before, now = self._found.get(pair), self._judged(pair)
            if now != before:
                self._texts.forget(pair)
            if now is not None and now != before:
                self._found[pair] = now
                changed.append(now)
            elif now is None and before is not None:
                del self._found[pair]
                gone.append(before.key)
        if changed or gone:
            self._findings = self._summary = self._questions = None
        return Delta(tuple(sorted(changed, key=order)), tuple(sorted(gone)), count, count)

    def _judged(self, pair: ThreatAt) -> Finding | None:
        case = self._case(pair)
        return self._judge_of.finding(case, self.graph) if case else None

    def _case(self, pair: ThreatAt) -> Case | None:
        threat = self._candidates.threat(pair)
        if threat is None:
            return None
        element, entries = pair[1], self._candidates.entries(pair)
        return Case(
            threat=threat,
            element=element,
            certain=self._candidates.is_certain(pair),
            entries=entries,
            attempts=self._candidates.attempts(threat, entries),
            questions=self._candidates.questions(pair),
            decisions=tuple(self._inputs.decisions.get(key_of(threat.id, element), ())),
            mitigations=tuple(self._inputs.mitigations.get(element, ())),
            evidence=tuple(self._inputs.evidence.get(element, ())),
        )


class _Grouped:
    """Inputs by what they concern, so that a finding looks only at its own."""

    def __init__(self, inputs: Inputs) -> None:
        self.inputs = inputs
        self.decisions: dict[str, list[Decision]] = defaultdict(list)
        self.mitigations: dict[str, list[Mitigation]] = defaultdict(list)
        self.evidence: dict[str, list[Evidence]] = defaultdict(list)
        for decision in inputs.decisions:
            self.decisions[decision.finding].append(decision)
        # Any fact may be one that a dismissal rests on: these are looked at after every edit.
        self.resting = tuple({parted(one.finding): None for one in inputs.decisions if one.grounds})
        for mitigation in inputs.mitigations:
            for element, own in _by_element(mitigation).items():
                self.mitigations[element].append(replace(mitigation, findings=tuple(own)))
        for piece in inputs.evidence:
            self.evidence[piece.element].append(piece)

    def differing_elements(self, other: _Grouped) -> frozenset[str]:
        """Elements about which something else is entered here than there."""
        keys = self.decisions.keys() | other.decisions.keys()
        decided = {
            parted(key)[1] for key in keys if self.decisions.get(key) != other.decisions.get(key)
        }
        mitigated = {
            element
            for element in self.mitigations.keys() | other.mitigations.keys()
            if self.mitigations.get(element) != other.mitigations.get(element)
        }
        measured = {
            element
            for element in self.evidence.keys() | other.evidence.keys()
            if self.evidence.get(element) != other.evidence.get(element)
        }
        return frozenset(decided | mitigated | measured)


def _by_element(mitigation: Mitigation) -> dict[str, list[str]]:
    """Its findings on each element: one that answers thousands is asked about few at a time."""
    found: dict[str, list[str]] = defaultdict(list)
    for key in mitigation.findings:
        found[parted(key)[1]].append(key)
    return found


def order(finding: Finding) -> tuple[int, int, str, str]:
    """The most severe first; equals by threat and element, so that the order never flickers."""
    return -finding.residual, -finding.score, finding.threat, finding.element


def summarise(findings: Iterable[Finding]) -> Summary:
    """Counts and the system's risk. Conditional findings widen the range and count nowhere."""
    found = tuple(findings)
    applying = [one for one in found if one.applies == "yes"]
    open_ones = [one for one in applying if one.treatment == "open"]
    waiting = [one for one in found if one.applies == "conditional" and one.treatment == "open"]
    levels = Counter(one.residual.key for one in applying if one.treatment not in SETTLED)
    asked = {(q.element, q.attribute) for one in found for q in one.questions}
    return Summary(
        risk=max((one.residual for one in open_ones), default=None),
        range=(
            max((one.range[0] for one in open_ones), default=None),
            max((one.range[1] for one in (*open_ones, *waiting)), default=None),
        ),
        by_level={level.key: levels[level.key] for level in reversed(Level)},
        by_treatment=dict(sorted(Counter(one.treatment for one in applying).items())),
        conditional=sum(one.applies == "conditional" for one in found),
        questions=len(asked),
        above_appetite=sum(one.position == "above" for one in open_ones),
    )


def _by_id(document: Document) -> Document:
    """Elements in the order of their ids, so that equals are told in one order for ever.

    Two documents with one digest may have been drawn, stored and read in different orders.
    """
    sorted_ones: dict[str, Any] = {
        name: dict(sorted(elements.items()))
        for name in ORDERED
        if not _is_sorted(tuple(elements := getattr(document, name)))
    }
    return replace(document, **sorted_ones) if sorted_ones else document


def _is_sorted(keys: tuple[str, ...]) -> bool:
    return all(one < other for one, other in pairwise(keys))


def _still_by_id(before: Document, after: Document, changes: Iterable[Executed]) -> Document:
    """The same after an edit of a document in that order. O(changes) and a copy of what changed."""
    edited: dict[str, dict[str, None]] = defaultdict(dict)
    for change in changes:
        edited[COLLECTIONS.get(change.kind, "")][change.id] = None
    anew: dict[str, Any] = {
        name: _patched(getattr(before, name), getattr(after, name), edited[name])
        for name in ORDERED
        if name in edited
    }
    kept = {name: getattr(before, name) for name in ORDERED if name not in edited}
    return replace(after, **kept, **anew)


def _patched(
    known: Mapping[str, Any], after: Mapping[str, Any], edited: Iterable[str]
) -> dict[str, Any]:
    found = dict(known)
    came = [key for key in edited if key in after and key not in known]
    for key in edited:
        if key in after:
            found[key] = after[key]
        else:
            found.pop(key, None)
    return dict(sorted(found.items())) if came else found
