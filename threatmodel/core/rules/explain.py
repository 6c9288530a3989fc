"""Why a threat applies to an element, may apply, or does not: every atom and what it read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ..findings import Question
from ..graph import Graph
from ..questions import ask
from .check import Check, Fact
from .kleene import Truth
from .ruleset import CompiledRule, Node, Ruleset
from .scene import Scene

# What a joint of a rule asks of its parts, in words.
JOINTS = {
    "all": "All of these hold",
    "any": "At least one of these holds",
    "not": "This is not so",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """One node of a rule: what it asks and, in `truth`, the answer.

    `read` are the facts that decided an atom.
    """

    op: Literal["all", "any", "not", "atom"]
    truth: Truth
    text: str
    read: tuple[Fact, ...] = ()
    children: tuple[Explanation, ...] = ()


def explain(ruleset: Ruleset, graph: Graph, threat_id: str, element_id: str) -> Explanation:
    """The whole tree with an answer at every node, also where the threat does not apply.

    Parameters
    ----------
    ruleset, graph
        The compiled rules and the diagram.
    threat_id, element_id
        Any threat of the catalog and any component or flow, candidate or not.

    Returns
    -------
    Explanation
        Its first child says whether the threat strikes this kind of element at all.

    Raises
    ------
    LookupError
        When there is no such threat or no such component or flow.
    """
    scene = Scene(graph)
    rule = _rule(ruleset, scene, threat_id, element_id)
    strikes = _strikes(ruleset, scene, threat_id, element_id)
    if rule is None:
        return Explanation("all", False, JOINTS["all"], (), (strikes,))
    tree = _explain(rule.tree, scene, element_id)
    parts = tree.children if tree.op == "all" else (tree,)
    return Explanation("all", tree.truth, JOINTS["all"], (), (strikes, *parts))


def unknowns(
    ruleset: Ruleset, graph: Graph, threat_id: str, element_id: str
) -> tuple[Question, ...]:
    """What to ask before it is known whether the threat applies here.

    Only facts whose answer can change the result: an unknown within a part that is decided
    already is not asked. Empty when the answer is yes or no. The order is the rule's.
    """
    return questions_in(ruleset, Scene(graph), threat_id, element_id)


def questions_in(
    ruleset: Ruleset, scene: Scene, threat_id: str, element_id: str
) -> tuple[Question, ...]:
    """The same for many pairs of one state of the diagram: the scene keeps what was walked."""
    rule = _rule(ruleset, scene, threat_id, element_id)
    if rule is None or rule.tree.truth(scene, element_id) is not None:
        return ()
    asked = dict.fromkeys(_unknown_facts(rule.tree, scene, element_id))
    questions = (ask(scene.graph, fact.element, fact.attribute) for fact in asked)
    return tuple(question for question in questions if question is not None)


def _unknown_facts(node: Node, scene: Scene, element: str) -> Iterator[Fact]:
    if node.truth(scene, element) is not None:
        return
    if node.check is not None:
        yield from (fact for fact in node.check.facts(scene, element) if fact.value is None)
    for child in node.children:
        yield from _unknown_facts(child, scene, element)


def _rule(ruleset: Ruleset, scene: Scene, threat: str, element: str) -> CompiledRule | None:
    """The rule that speaks of this element, if the threat strikes its kind."""
    side, kind = scene.kind(element)
    rule = ruleset.by_threat.get((threat, side))
    known = kind if side == "flow" else ruleset.catalog.component_type(kind).id
    return rule if rule is not None and known in rule.strikes else None


def _strikes(ruleset: Ruleset, scene: Scene, threat_id: str, element_id: str) -> Explanation:
    catalog, effect = ruleset.catalog, ruleset.catalog.threats[threat_id].effect_on
    names = [catalog.component_type(kind).name for kind in effect.type]
    names += [f"{catalog.flow_kinds[kind].name} flow" for kind in effect.flow]
    side, kind = scene.kind(element_id)
    fits = _rule(ruleset, scene, threat_id, element_id) is not None
    fact = Fact(element_id, "type" if side == "component" else "kind", kind)
    return Explanation("atom", fits, f"Is of a kind it strikes ({_or(names)})", (fact,))


def _explain(node: Node, scene: Scene, element: str) -> Explanation:
    if node.check is not None:
        truth = node.check.truth(scene, element)
        return Explanation("atom", truth, told(node.check), node.check.facts(scene, element))
    children = tuple(_explain(child, scene, element) for child in node.children)
    truth = node.truth(scene, element)
    return Explanation(node.op, truth, JOINTS[node.op], (), children)


def told(check: Check) -> str:
    """What a check asks, as a sentence begins."""
    return check.text[:1].upper() + check.text[1:]


def _or(names: list[str]) -> str:
    return " or ".join(name.lower() if name[1:2].islower() else name for name in names)
