"""Threats, what answers them, and who carries them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import get_args

from .applies import parse_rule
from .entry import Entry
from .types import (
    AccessKind,
    ActsOn,
    AdversaryProfile,
    Cause,
    Control,
    Effort,
    Function,
    Goal,
    ImpactStep,
    Needs,
    Outcome,
    Pair,
    Point,
    Side,
    Success,
    Threat,
    Verify,
    VerifyKind,
    VictimAction,
)
from .vocabulary import read_scalars

GAINS = ("query", "content", "supply", "artefact", "admin", "copy", "data", "control")
OUTCOME_OF = (
    "held-here",
    "carried-by-flow",
    "downstream-in-lineage",
    "upstream-in-lineage",
    "reachable-with-the-agents-rights",
    "no-asset",
)
FEASIBLE = ("eps_l2", "eps_linf", "budget")
EXAMPLES = ("holds", "holds_not", "unknown")
RELEVANCE = ("feasible", "demonstrated", "realized")
STRIDE = (
    "spoofing",
    "tampering",
    "repudiation",
    "information-disclosure",
    "denial-of-service",
    "elevation-of-privilege",
)
LINDDUN = (
    "linking",
    "identifying",
    "non-repudiation",
    "detecting",
    "data-disclosure",
    "unawareness",
    "non-compliance",
)
SAIF_AREAS = ("data", "model", "infrastructure", "api", "governance-and-testing")
SAIF_PRINCIPLES = ("secure-by-design", "secure-by-default", "secure-in-deployment", "secure-in-use")


def read_threat(entry: Entry) -> Threat:
    return Threat(
        id=entry.id(),
        title=entry.text("title"),
        description=entry.text("description"),
        effect_on=_side(entry.entry("effect_on")),
        entry=_side(entry.entry("entry"), comes_in=True) if entry.has("entry") else Side(),
        via=_side(entry.entry("via")) if entry.has("via") else Side(),
        applies=parse_rule(entry.raw("applies"), f"{entry.where}: applies"),
        needs=_needs(entry.entry("needs")),
        gains=entry.some_of("gains", GAINS, ()),
        capability=entry.level("capability"),
        victim_action=entry.one_of("victim_action", get_args(VictimAction), "none"),
        success=_success(entry.entry("success")),
        outcomes=tuple(_outcome(item) for item in entry.entries("outcomes")),
        answered_by=tuple(_pair(item) for item in entry.entries("answered_by")),
        detected_by=entry.texts("detected_by", ()),
        tests=entry.texts("tests", ()),
        references=entry.references(),
        stride=entry.some_of("stride", STRIDE, ()),
        linddun=entry.some_of("linddun", LINDDUN, ()),
        cause=entry.one_of("cause", get_args(Cause), "effect"),
        adversarial=entry.flag("adversarial", True),
        examples=tuple(_example(item) for item in entry.entries("examples")),
    )


def _side(entry: Entry, *, comes_in: bool = False) -> Side:
    side = Side(type=entry.texts("type", ()), flow=entry.texts("flow", ()))
    if comes_in:
        side = replace(side, but=entry.texts("but", ()), along=entry.texts("along", ()))
    entry.done()
    if bool(side.type) == bool(side.flow):
        raise entry.fail("type", "name either component types or flow kinds")
    return side


def _needs(entry: Entry) -> Needs:
    kinds = get_args(AccessKind)
    needs = Needs(
        any_of=entry.some_of("any_of", kinds, ()), all_of=entry.some_of("all_of", kinds, ())
    )
    entry.done()
    if len(needs.any_of) + len(needs.all_of) not in (1, 2, 3):
        raise entry.fail("any_of", "name one to three kinds of access, all_of included")
    return needs


def _success(entry: Entry) -> Success:
    success = Success(
        goal=entry.one_of("goal", get_args(Goal)),
        prior=entry.chance("prior"),
        reason=entry.text("reason"),
        relevance=entry.one_of("relevance", RELEVANCE, "feasible"),
        tries=entry.whole("tries", 10),
        harm=entry.number("harm") if entry.has("harm") else None,
        impact_by=tuple(_impact_step(item) for item in entry.entries("impact_by", ())),
        feasible=_feasible(entry),
        frequency=entry.level("frequency") if entry.has("frequency") else None,
        refs=entry.texts("refs", ()),
    )
    entry.done()
    if success.tries < 1:
        raise entry.fail("tries", "has to be at least 1")
    if success.goal in ("threshold", "quantity") and success.harm is None:
        raise entry.fail("harm", f"is missing; the goal '{success.goal}' needs it")
    return success


def _impact_step(entry: Entry) -> ImpactStep:
    step = ImpactStep(at_least=entry.number("at_least"), level=entry.level("level"))
    entry.done()
    return step


def _feasible(entry: Entry) -> Mapping[str, float]:
    if not entry.has("feasible"):
        return MappingProxyType({})
    inner = entry.entry("feasible")
    found = {key: inner.number(key) for key in FEASIBLE if inner.has(key)}
    inner.done()
    for key, value in found.items():
        if value <= 0:
            raise inner.fail(key, "has to be above 0")
    return MappingProxyType(found)


def _outcome(entry: Entry) -> Outcome:
    outcome = Outcome(
        dimension=entry.text("dimension"),
        of=entry.one_of("of", OUTCOME_OF),
        reason=entry.text("reason"),
        level=entry.level("level") if entry.has("level") else None,
    )
    entry.done()
    if (outcome.of == "no-asset") != (outcome.level is not None):
        raise entry.fail("level", "belongs to 'of: no-asset', and has to stand there")
    return outcome


def _pair(entry: Entry) -> Pair:
    pair = Pair(
        control=entry.id("control"),
        at=entry.one_of("at", get_args(Point)),
        acts_on=entry.one_of("acts_on", get_args(ActsOn)),
        reason=entry.text("reason"),
        factor=entry.chance("factor") if entry.has("factor") else None,
        levels=entry.whole("levels", 0),
        bypass=entry.text("bypass", ""),
        worsens=entry.texts("worsens", ()),
    )
    entry.done()
    _refuse_idle(pair, entry)
    return pair


def _refuse_idle(pair: Pair, entry: Entry) -> None:
    """A pair that changes nothing, or says how far in the wrong unit, is a mistake."""
    if pair.acts_on == "success" and (pair.factor is None or pair.levels):
        raise entry.fail("factor", "a control on success says a factor [low, high], no levels")
    if pair.acts_on != "success" and (pair.factor is not None or pair.levels not in (1, 2)):
        raise entry.fail("levels", f"a control on {pair.acts_on} says 1 or 2 levels, no factor")


def _example(entry: Entry) -> Mapping[str, object]:
    says = [word for word in EXAMPLES if entry.has(word)]
    if len(says) != 1:
        raise entry.fail(EXAMPLES[0], f"give exactly one of {', '.join(EXAMPLES)}")
    example = {says[0]: dict(entry.mapping(says[0])), "on": entry.text("on")}
    entry.done()
    return MappingProxyType(example)


def read_control(entry: Entry) -> Control:
    return Control(
        id=entry.id(),
        title=entry.text("title"),
        description=entry.text("description"),
        function=entry.one_of("function", get_args(Function)),
        stages=entry.texts("stages"),
        effort=entry.one_of("effort", get_args(Effort)),
        mechanism=entry.id("mechanism"),
        verify=_verify(entry.entry("verify")),
        references=entry.references(),
        establishes=read_scalars(entry, "establishes"),
        worsens=entry.texts("worsens", ()),
        saif=_saif(entry.entry("saif")) if entry.has("saif") else MappingProxyType({}),
    )


def _verify(entry: Entry) -> Verify:
    verify = Verify(
        kind=entry.one_of("kind", get_args(VerifyKind)),
        tests=entry.texts("tests", ()),
        adaptive_tests=entry.texts("adaptive_tests", ()),
        checklist=entry.texts("checklist", ()),
    )
    entry.done()
    if verify.kind == "technical" and not verify.tests:
        raise entry.fail("tests", "name the test that proves a technical control")
    if verify.kind == "procedural" and not verify.checklist:
        raise entry.fail("checklist", "list what the other person checks")
    return verify


def _saif(entry: Entry) -> Mapping[str, str]:
    tags = {
        "principle": entry.one_of("principle", SAIF_PRINCIPLES),
        "area": entry.one_of("area", SAIF_AREAS),
    }
    entry.done()
    return MappingProxyType(tags)


def read_adversary(entry: Entry) -> AdversaryProfile:
    return AdversaryProfile(
        id=entry.id(),
        name=entry.text("name"),
        description=entry.text("description"),
        capability=entry.level("capability"),
        intent=entry.level("intent"),
        targeting=entry.level("targeting"),
        footholds=entry.texts("footholds", ()),
        accident=entry.flag("accident", False),
    )
