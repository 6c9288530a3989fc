"""What belongs to entries goes out and comes back; what is wrong with it is named at its place."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.formats.samples import CATALOG, ENTERED, fraud, spoilt
from threatmodel.core.document import DocumentError
from threatmodel.formats import bartizan, read_any
from threatmodel.formats.belongings import (
    Attached,
    Belongings,
    OfEvidence,
    OfMitigation,
    TicketLink,
    View,
)
from threatmodel.formats.history import History
from threatmodel.formats.lines import ModelLine, ProofLine, RunLine

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BODY = "Signed off — Zoë".encode()
DIGEST = hashlib.sha256(BODY).hexdigest()
WHOLE = Belongings(
    mitigations=(
        OfMitigation(
            "m-1",
            note="Ask <b>Bo</b>",
            implemented_by="Ada",
            files=(Attached("proof.txt", DIGEST, len(BODY), "Ada", AT, BODY),),
            tickets=(TicketLink("https://t.example/1", "T-1", "Limit", "open", False, "Bo", AT),),
        ),
    ),
    evidence=(OfEvidence("e-1", "garak", "0.9", "Ada", {"file": "r.json", "probes": [["x", 1]]}),),
    views=(View("Mine", "group=threat&risk=high"),),
)
TOLD = History(
    proofs=(ProofLine("m-1", "Bob", date(2026, 2, 3), True, ("Looked",), {"t@e": 0.5}),),
    models=(ModelLine("l-1", "c-score", "Net", "ab", "cd", 7, True, "Ada", AT, AT),),
    runs=(
        RunLine("r-1", "l-1", "c-score", "square", "succeeded", "Ada", AT, AT, {"seed": 1}, "Held",
                {"headline": "x"}, 3, 4, "e-1"),
    ),
)  # fmt: skip
WRITTEN = bartizan.write(fraud(), ENTERED, told=TOLD, belonging=WHOLE)


def lines(of: History) -> History:
    return History(proofs=of.proofs, models=of.models, runs=of.runs)


@pytest.mark.parametrize("as_yaml", [False, True], ids=["json", "yaml"])
def test_everything_is_read_as_it_was_written(as_yaml: bool):
    written = bartizan.write(fraud(), ENTERED, told=TOLD, belonging=WHOLE, as_yaml=as_yaml)
    found = read_any(written, "", CATALOG, as_they_stand=True)
    assert (found.belongings, lines(found.history), found.inputs) == (WHOLE, TOLD, ENTERED)
    again = bartizan.write(
        found.document,
        found.inputs,
        told=found.history,
        belonging=found.belongings,
        as_yaml=as_yaml,
    )
    assert again == written


def test_a_stranger_is_told_what_became_of_it():
    found = read_any(WRITTEN, "", CATALOG)
    became = {one.what: one.why for one in found.report.mapped}
    assert "who imports" in became["1 attached files"]
    assert {"1 tickets", "1 saved views"} <= set(became)
    assert {"1 verification", "1 test run"} <= {one.what for one in found.report.kept}
    assert {one.origin for one in (*found.history.proofs, *found.history.runs)} == {"imported"}


def test_a_file_that_does_not_fit_keeps_its_head_and_reading_tells():
    large = b"\x89PNG\r\n\x1a\n" + b"x" * 2_000_000
    digest = hashlib.sha256(large).hexdigest()
    files = (
        Attached("big.png", digest, len(large), content=large),
        Attached("small.txt", DIGEST, len(BODY), content=BODY),
    )
    beside = Belongings(mitigations=(OfMitigation("m-1", files=files),))
    written = bartizan.write(fraud(), ENTERED, belonging=beside, as_yaml=True)
    found = read_any(written, "", CATALOG, as_they_stand=True)
    assert [one.content for one in found.belongings.files] == [None, BODY]
    assert "attached file big.png" in [one.what for one in found.report.dropped]


def test_a_converted_file_loses_nothing(tmp_path: Path):
    (tmp_path / "in.json").write_bytes(WRITTEN)
    call_command("convert", tmp_path / "in.json", tmp_path / "out.json", stdout=StringIO())
    assert (tmp_path / "out.json").read_bytes() == WRITTEN


@pytest.mark.long
def test_a_report_of_a_file_loses_nothing_but_what_was_attached(tmp_path: Path):
    (tmp_path / "in.json").write_bytes(WRITTEN)
    call_command(
        "report", tmp_path / "in.json", "--output", tmp_path / "out.pdf", stdout=StringIO()
    )
    found = read_any((tmp_path / "out.pdf").read_bytes(), "", CATALOG, as_they_stand=True)
    assert lines(found.history) == TOLD
    assert found.belongings == WHOLE.without_content()
    assert [one.content for one in found.belongings.files] == [None]


FILE = {"name": "a.txt", "sha256": DIGEST, "size": len(BODY), "content": b64encode(BODY).decode()}
TICKET = {"url": "https://t.example/1"}
PROOF = {"mitigation": "m-1", "by": "Bob"}
RUN = {"id": "r", "model": "l", "element": "c", "test": "t", "state": "s", "by": "A",
       "at": "2026-01-01T00:00:00Z"}  # fmt: skip


def of_mitigation(**parts: Any) -> dict[str, Any]:
    row = {"id": "m", "title": "x", "findings": [], "status": "planned"}
    return {"mitigations": [row | parts]}


def of_evidence(source: Any) -> dict[str, Any]:
    row = json.loads(WRITTEN)["evidence"][0]
    return {"evidence": [row | {"source": source}]}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (of_mitigation(note=7), "mitigations[0].note"),
        (of_mitigation(note="x" * 10_001), "mitigations[0].note"),
        (of_mitigation(files={}), "mitigations[0].files"),
        (of_mitigation(files=[7]), "mitigations[0].files[0]"),
        (of_mitigation(files=[FILE] * 101), "mitigations[0].files"),
        (of_mitigation(files=[FILE | {"size": -1}]), "mitigations[0].files[0].size"),
        (of_mitigation(files=[FILE | {"size": 1}]), "mitigations[0].files[0].content"),
        (of_mitigation(files=[FILE | {"sha256": "0" * 64}]), "mitigations[0].files[0].content"),
        (of_mitigation(files=[FILE | {"content": "?"}]), "mitigations[0].files[0].content"),
        (of_mitigation(files=[FILE | {"content": "YQ=\n="}]), "mitigations[0].files[0].content"),
        (of_mitigation(files=[FILE | {"path": "/etc"}]), "mitigations[0].files[0].path"),
        (of_mitigation(files=[FILE | {"name": "a\0"}]), "mitigations[0].files[0].name"),
        (of_mitigation(tickets=[TICKET] * 51), "mitigations[0].tickets"),
        (of_mitigation(tickets=[{"url": "javascript:x"}]), "mitigations[0].tickets[0].url"),
        (of_mitigation(tickets=[{"url": "file:///x"}]), "mitigations[0].tickets[0].url"),
        (of_mitigation(tickets=[{"url": "https://a b"}]), "mitigations[0].tickets[0].url"),
        (of_mitigation(tickets=[TICKET | {"tracker": 1}]), "mitigations[0].tickets[0].tracker"),
        (of_mitigation(tickets=[TICKET | {"is_closed": 1}]), "mitigations[0].tickets[0].is_closed"),
        (of_mitigation(verified_by="Bob"), "mitigations[0].verified_by"),
        (of_evidence(7), "evidence[0].source"),
        (of_evidence({"scan": 7}), "evidence[0].source.scan"),
        (of_evidence({"probes": {}}), "evidence[0].source.probes"),
        (of_evidence({"summary": 7}), "evidence[0].source.summary"),
        (of_evidence({"summary": {"notes": 7}}), "evidence[0].source.summary.notes"),
        (of_evidence({"x": "y" * 2**18}), "evidence[0].source"),
        ({"views": {}}, "views"),
        ({"views": [{"name": "a"}] * 51}, "views"),
        ({"views": [{"name": " "}]}, "views[0].name"),
        ({"views": [{"name": "a"}] * 2}, "views[1].name"),
        ({"views": [{"name": "a"}, {"name": "a "}]}, "views[1].name"),
        ({"views": [{"name": "a", "by": 1}]}, "views[0].by"),
        ({"proofs": [{"by": "Bob"}]}, "proofs[0].mitigation"),
        ({"proofs": [PROOF | {"mitigation": "../x"}]}, "proofs[0].mitigation"),
        ({"proofs": [PROOF | {"on": "soon"}]}, "proofs[0].on"),
        ({"proofs": [PROOF | {"checklist": "x"}]}, "proofs[0].checklist"),
        ({"proofs": [PROOF | {"measured": {"t": 1}}]}, "proofs[0].measured"),
        ({"models": [{"id": "l", "file": "x"}]}, "models[0].file"),
        ({"runs": [RUN | {"rows": 1.5}]}, "runs[0].rows"),
        ({"runs": [RUN | {"summary": []}]}, "runs[0].summary"),
        ({"runs": [RUN | {"params": {"__proto__": 1}}]}, "runs[0].params"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_at_its_place(parts: dict[str, Any], field: str):
    data = {"format": "bartizan/1", "system": {"name": "Bad"}, **parts}
    with pytest.raises(DocumentError) as caught:
        read_any(json.dumps(data).encode(), "", CATALOG)
    assert caught.value.field == field
    assert caught.value.message.isprintable()


@settings(max_examples=80, deadline=None)
@given(spoilt(WRITTEN))
def test_a_wrong_value_anywhere_gives_a_sentence_or_the_same_again(data: bytes):
    try:
        found = read_any(data, "", CATALOG, as_they_stand=True)
    except DocumentError as error:
        assert str(error).isprintable()
        return
    written = bartizan.write(
        found.document, found.inputs, told=found.history, belonging=found.belongings
    )
    again = read_any(written, "", CATALOG, as_they_stand=True)
    kept = {one.id for one in found.inputs.mitigations}
    assert [one for one in found.belongings.mitigations if one.id in kept] == [
        *again.belongings.mitigations
    ]
    assert lines(again.history) == lines(found.history)


words = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=40)
bodies = st.binary(min_size=1, max_size=60)
attached = st.builds(
    lambda name, body, by: Attached(
        name, hashlib.sha256(body).hexdigest(), len(body), by, AT, body
    ),
    words, bodies, words,
)  # fmt: skip
tickets = st.builds(
    TicketLink,
    st.just("https://t.example/"),
    words,
    words,
    words,
    st.sampled_from([True, False, None]),
)
ours = st.builds(
    OfMitigation, st.just("m-1"), words, words,
    st.lists(attached, max_size=3).map(tuple), st.lists(tickets, max_size=3).map(tuple),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(ours)
def test_whatever_belongs_to_a_mitigation_comes_back_equal(one: OfMitigation):
    written = bartizan.write(fraud(), ENTERED, belonging=Belongings((one,)))
    found = read_any(written, "", CATALOG, as_they_stand=True).belongings
    assert found == (Belongings((one,)) if one != OfMitigation("m-1") else Belongings())
