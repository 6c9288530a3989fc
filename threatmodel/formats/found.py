"""Findings as a full export keeps them: what was judged then, not to be judged again."""

from __future__ import annotations

from functools import partial

from catalog.types import Level
from threatmodel.core import wire
from threatmodel.core.document import MAX_TEXT, DocumentError
from threatmodel.core.document import fields as read
from threatmodel.core.findings import Finding, LedgerRow, Question, Step, key_of

from .entry import finding_key, read_entry, read_list, readers_of, tuple_of

MAX_FINDINGS = 100_000


def read_findings(value: object) -> tuple[wire.Json, ...]:
    """The findings as plain data, each with every one of its properties.

    Raises
    ------
    DocumentError
        Naming the place, such as `[7].residual`.
    """
    found: dict[str, wire.Json] = {}
    for index, row in enumerate(read_list(value, MAX_FINDINGS)):
        try:
            one = read_entry(Finding, row, _FINDING)
            if one.key != key_of(one.threat, one.element):
                raise DocumentError("this is not its threat@element", field="key")
            if one.key in found:
                raise DocumentError(f"{one.key} stands twice", field="key", code="taken")
        except DocumentError as error:
            raise error.inside(f"[{index}]") from None
        found[one.key] = wire.finding_to_data(one)
    return tuple(found.values())


def _range(value: object) -> tuple[Level, Level]:
    ends = tuple(read.level(one) for one in read_list(value, 2))
    if len(ends) != 2:
        raise DocumentError("a range has two levels")
    return ends[0], ends[1]


# A sentence of ours may quote a text that somebody entered.
_sentence = read.text_up_to(2 * MAX_TEXT)
_read_question = partial(read_entry, Question, readers=readers_of(Question, text=_sentence))
_read_step = partial(read_entry, Step, readers=readers_of(Step, text=_sentence))
_read_row = partial(read_entry, LedgerRow, readers=readers_of(LedgerRow, text=_sentence))
_FINDING = readers_of(
    Finding,
    key=finding_key,
    threat=read.identifier,
    element=read.identifier,
    range=_range,
    cause=_sentence,
    questions=tuple_of(_read_question),
    steps=tuple_of(_read_step),
    ledger=tuple_of(_read_row),
    proposal=_sentence,
    note=_sentence,
    lapsed=_sentence,
    inherent_at=_range,
    planned_at=_range,
)
