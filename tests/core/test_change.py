"""What lies between two sets of findings."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from catalog import load
from catalog.types import Level
from threatmodel.core.assessment import assess
from threatmodel.core.change import compare
from threatmodel.core.document import parse
from threatmodel.core.findings import Finding

DRAWING = {
    "components": [{"id": "u", "type": "external-user"}, {"id": "e", "type": "inference-endpoint"}],
    "flows": [{"id": "f", "kind": "request", "source": "u", "target": "e"}],
}


def found() -> tuple[Finding, ...]:
    document, _ = parse(DRAWING, load())
    return assess(document, load(), as_of=date(2026, 11, 22)).findings


def test_equal_sets_differ_in_nothing() -> None:
    change = compare(found(), found())
    assert not change.anything
    assert (change.new, change.changed, change.gone, change.reworded) == ((), (), (), 0)


def test_new_and_gone_are_told_by_key() -> None:
    first, *others = found()
    assert compare(others, [first, *others]).new == (first,)
    assert compare([first, *others], others).gone == (first,)


def test_what_a_list_would_show_is_told_apart_from_other_words() -> None:
    first, second, *others = found()
    louder = replace(first, residual=Level(4 - first.residual) if first.residual != 2 else Level(4))
    reworded = replace(second, note="told otherwise")
    change = compare([first, second, *others], [louder, reworded, *others])
    assert [(one.before, one.after) for one in change.changed] == [(first, louder)]
    assert change.changed[0].seen == ("residual",)
    assert change.reworded == 1 and change.anything
