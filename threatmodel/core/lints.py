"""What people often get wrong in a whole assessment, said where it is seen in this one.

Each lint is a fact of this system with its reason and what to do; none of them moves a number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

from catalog.types import Catalog, Control

from .coverage import Found
from .document import Document
from .findings import SETTLED, UNMEASURED
from .inputs import Inputs

EARLY = frozenset({"data", "training", "model"})
MODELS = frozenset({"model-service", "model-artefact", "pretrained-model", "adapter"})
# What firewalls, intrusion detection and identity management do: they decide who gets in.
CONVENTIONAL = frozenset(
    {
        "access-control",
        "access-review",
        "authentication",
        "egress-control",
        "encryption",
        "isolation",
        "key-management",
        "key-monitoring",
        "least-privilege",
        "tenant-isolation",
        "transfer-monitoring",
    }
)
# The list of attacks on machine learning as such: who names it is specific to ML.
OF_ML = "nist-aml"


@dataclass(frozen=True, slots=True)
class Lint:
    """`says` what is seen, `why` it matters, and what to `do` about it."""

    id: str
    says: str
    why: str
    do: str


@dataclass(frozen=True, slots=True)
class _Whole:
    """An assessment as the lints look at it: what applies, and what is tracked or has run."""

    findings: tuple[Found, ...]
    document: Document
    catalog: Catalog
    controls: tuple[Control, ...]
    tracked: frozenset[str]
    measured: bool
    disciplines: frozenset[str]

    def types_of(self, element: str) -> tuple[str, ...]:
        """The component's type and its ancestors; nothing for a flow."""
        drawn = self.document.components.get(element)
        return self.catalog.lineage_of(drawn.type) if drawn else ()

    def is_early(self, finding: Found) -> bool:
        types = self.types_of(finding.element)
        return bool(types) and self.catalog.component_types[types[0]].stage in EARLY

    def is_answered(self, finding: Found) -> bool:
        return finding.answered != "none" or finding.key in self.tracked


def lints(
    findings: Iterable[Found],
    document: Document,
    catalog: Catalog,
    inputs: Inputs,
    disciplines: Collection[str] = (),
) -> tuple[Lint, ...]:
    """What to look at again in this assessment; empty when nothing of the kind is seen.

    Parameters
    ----------
    findings
        All findings, conditional ones too.
    disciplines
        The disciplines of those who took part, where that is known; it is not asked otherwise.

    Notes
    -----
    O(findings + mitigations).
    """
    standing = [one for one in inputs.mitigations if one.status != "dropped"]
    known = [catalog.controls[m.control] for m in standing if m.control in catalog.controls]
    applying = (one for one in findings if one.applies == "yes" and one.treatment not in SETTLED)
    whole = _Whole(
        tuple(applying),
        document,
        catalog,
        tuple(known),
        frozenset(key for one in standing for key in one.findings),
        bool(inputs.evidence),
        frozenset(disciplines),
    )
    return tuple(lint for look in LINTS if (lint := look(whole)))


def _trusted_models(whole: _Whole) -> Lint | None:
    """Models taken for secure by themselves: nothing that strikes one is treated."""
    on_models = [one for one in whole.findings if MODELS.intersection(whole.types_of(one.element))]
    touched = any(one.treatment != "open" or whole.is_answered(one) for one in on_models)
    if not on_models or touched:
        return None
    count, verb = len(on_models), "finding" if len(on_models) == 1 else "findings"
    return Lint(
        "trusted-models",
        f"No model is treated: {count} {verb} on models, none planned for, answered or decided.",
        "A model is not secure by itself; its weaknesses come with what it learned from.",
        "Take the highest finding on a model first and plan a control, or decide and say why.",
    )


def _only_late_controls(whole: _Whole) -> Lint | None:
    """Controls act once the model is deployed, while data and training are open."""
    early = [one for one in whole.findings if whole.is_early(one)]
    some = bool(whole.controls) and bool(early)
    if not some or any(EARLY.intersection(control.stages) for control in whole.controls):
        return None
    if any(whole.is_answered(one) for one in early):
        return None
    return Lint(
        "only-late-controls",
        "Every control that is tracked acts once the model is deployed.",
        f"{len(early)} of the findings come in through data, training or the model's making, and "
        "what is learned there passes every later check.",
        "Add a control where data and models come in, such as provenance, screening or signing.",
    )


def _only_conventional(whole: _Whole) -> Lint | None:
    """Who gets in is controlled, what the model does with an input is not."""
    threats = {one.threat for one in whole.findings}
    of_ml = {
        id
        for id in threats & whole.catalog.threats.keys()
        if OF_ML in whole.catalog.threats[id].references
    }
    if not of_ml or not whole.controls:
        return None
    if any(control.mechanism not in CONVENTIONAL for control in whole.controls):
        return None
    count, noun = len(of_ml), "threat" if len(of_ml) == 1 else "threats"
    return Lint(
        "only-conventional-controls",
        f"Only conventional controls stand against {count} {noun} that are specific to ML.",
        "Firewalls, intrusion detection and accounts decide who gets in; an attack on a model "
        "looks like an ordinary request, file or record from somebody who may be there.",
        "Add controls that act on data, model and answers, and measure what they change.",
    )


def _nothing_watches(whole: _Whole) -> Lint | None:
    """Nothing is monitored after release."""
    types = (one.type for one in whole.document.components.values())
    drawn = any("monitoring" in whole.catalog.lineage_of(type) for type in types)
    watched = any(control.function == "detect" for control in whole.controls)
    if drawn or watched or not whole.findings:
        return None
    return Lint(
        "nothing-watches",
        "Nothing is monitored after release: no monitoring is drawn and no control detects.",
        "An attack that nobody would notice goes on for as long as the attacker likes, and drift "
        "has no moment at which it shows.",
        "Draw what watches inputs, answers and accuracy, or plan a control that detects.",
    )


def _nothing_measured(whole: _Whole) -> Lint | None:
    """Tests exist for what applies, and none has run."""
    testable = [
        one
        for one in whole.findings
        if one.threat in whole.catalog.threats and whole.catalog.threats[one.threat].tests
    ]
    if not testable or any(one.verdict not in UNMEASURED for one in testable) or whole.measured:
        return None
    count, noun = len(testable), "finding" if len(testable) == 1 else "findings"
    return Lint(
        "nothing-measured",
        f"Nothing has been measured, though a test could say more about {count} {noun}.",
        "Until then their likelihood is an estimate with a wide range.",
        "Link the model and run the test on the finding with the widest range.",
    )


def _one_discipline(whole: _Whole) -> Lint | None:
    """One discipline only in the room."""
    if len(whole.disciplines) != 1:
        return None
    (only,) = whole.disciplines
    return Lint(
        "one-discipline",
        f"Only one discipline took part: {only}.",
        "Each sees other threats: who builds the model, who defends the systems around it, and "
        "who answers to the law and to those concerned.",
        "Ask a data scientist, a security engineer and a compliance officer to go through it.",
    )


LINTS: tuple[Callable[[_Whole], Lint | None], ...] = (
    _trusted_models,
    _only_late_controls,
    _only_conventional,
    _nothing_watches,
    _nothing_measured,
    _one_discipline,
)
