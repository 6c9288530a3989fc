"""Our own format: the same again both ways, and a file's truth is not ours."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from catalog.types import Level
from tests.formats.samples import CATALOG, ENTERED, SYSTEMS, fraud, spoilt
from threatmodel.core.document import DocumentError, digest, to_data
from threatmodel.core.inputs import Decision, Evidence, Ground, Inputs, Mitigation, Stratum
from threatmodel.formats import bartizan, read_any


@pytest.mark.parametrize("as_yaml", [False, True], ids=["json", "yaml"])
@pytest.mark.parametrize("path", SYSTEMS, ids=lambda path: path.stem)
def test_a_full_export_reads_as_it_was(path: Path, as_yaml: bool):
    document = read_any(path.read_bytes(), path.name, CATALOG).document
    written = bartizan.write(document, ENTERED, as_yaml=as_yaml)
    found = read_any(written, "export", CATALOG, as_they_stand=True)
    assert found.format == "bartizan"
    assert digest(found.document) == digest(document)
    assert found.inputs == ENTERED
    assert not found.report.mapped
    assert bartizan.write(found.document, found.inputs, as_yaml=as_yaml) == written


def test_what_a_file_claims_weighs_nothing_here():
    found = read_any(bartizan.write(fraud(), ENTERED), "export", CATALOG)
    assert {one.origin for one in found.inputs.decisions} == {"imported"}
    (evidence,) = found.inputs.evidence
    assert (evidence.origin, evidence.adopted) == ("carried", False)
    (mitigation,) = found.inputs.mitigations
    assert (mitigation.status, dict(mitigation.measured)) == ("implemented", {})
    told = [remark.what for remark in found.report.mapped]
    assert told == ["2 decisions", "verified mitigations", "1 pieces of evidence"]


@pytest.mark.parametrize("kind", [Decision, Mitigation, Evidence])
def test_no_property_of_an_entry_is_lost_on_the_way(kind: type):
    """Each property set to something that is not its default, written and read."""
    given = {one.name: sample(one.name, str(one.type)) for one in fields(kind)}
    name = f"{kind.__name__.lower()}s".replace("evidences", "evidence")
    inputs = Inputs(**{name: (kind(**given),)})
    written = bartizan.write(fraud(), inputs)
    assert set(json.loads(written)[name][0]) == set(given)
    assert read_any(written, "", CATALOG, as_they_stand=True).inputs == inputs


SAMPLES = {
    "grounds": (Ground("c-x", "rate_limited", True),),
    "finding": "t@e",
    "action": "rate",
    "status": "verified",
    "effort": "large",
    "findings": ("t@e",),
    "measured": {"t@e": 0.5},
    "strata": (Stratum("7", 1, 2),),
    "targets": {3: True},
    "interval": (0.25, 0.5),
    "current": False,
    "adopted": False,
}


def sample(name: str, kind: str) -> object:
    if name in SAMPLES:
        return SAMPLES[name]
    if name == "origin":
        return "imported"
    values = {"str": "x", "bool": True, "int": 7, "float": 0.5}
    others = {"Level": Level.HIGH, "date": date(2026, 1, 2), "tuple[str, ...]": ("x",)}
    return {**values, **others}[kind.removesuffix(" | None")]


@pytest.mark.parametrize(
    "word",
    ["no", "on", "12:30:45", "2001-01-01", ".nan", "1e3", "0x1f", "~", "null", "&a *b", "1_0"],
)
def test_a_name_stays_the_text_it_is_in_yaml(word: str):
    document = fraud()
    data = to_data(document)
    data["system"] = {"name": word}
    written = yaml.safe_dump(data).encode()
    assert read_any(written, "x.yaml", CATALOG).document.system.name == word


@pytest.mark.parametrize("word", ["no", "12:30:45", "2001-01-01", ".nan", ".inf", "off"])
def test_a_bare_word_in_yaml_is_text(word: str):
    found = read_any(f"format: bartizan/1\nsystem: {{name: {word}}}".encode(), "", CATALOG)
    assert found.document.system.name == word


def test_a_drawing_without_places_is_laid_out_and_told():
    found = read_any(SYSTEMS[0].read_bytes(), "", CATALOG)
    boxes = {component.box for component in found.document.components.values()}
    assert len(boxes) == len(found.document.components)
    assert "laid out" in found.report.mapped[-1].why


def test_places_that_a_file_gives_are_kept():
    document = fraud()
    again = read_any(bartizan.write(document), "", CATALOG)
    assert again.document.components == document.components
    assert not again.report.mapped


def export(**parts: Any) -> bytes:
    return json.dumps({"format": "bartizan/1", **parts}).encode()


DECISION = {"id": "d", "finding": "t@e", "action": "accept", "by": "A", "on": "2026-01-01"}
EVIDENCE = json.loads(bartizan.write(fraud(), ENTERED))["evidence"][0]


@pytest.mark.parametrize(
    "parts, field",
    [
        ({"decisions": {}}, "decisions"),
        ({"decisions": [7]}, "decisions[0]"),
        ({"decisions": [DECISION]}, "decisions[0].reason"),
        ({"decisions": [{**DECISION, "reason": 7}]}, "decisions[0].reason"),
        ({"decisions": [{**DECISION, "finding": "t"}]}, "decisions[0].finding"),
        ({"decisions": [{**DECISION, "on": "2026-02-30"}]}, "decisions[0].on"),
        ({"decisions": [{**DECISION, "on": "20260101"}]}, "decisions[0].on"),
        ({"decisions": [{**DECISION, "action": "forget"}]}, "decisions[0].action"),
        ({"decisions": [{**DECISION, "is_staff": True}]}, "decisions[0].is_staff"),
        ({"decisions": [{**DECISION, "reason": ""}] * 2}, "decisions[1].id"),
        ({"evidence": [{**EVIDENCE, "broken": -1}]}, "evidence[0].broken"),
        ({"evidence": [{**EVIDENCE, "broken": 1.5}]}, "evidence[0].broken"),
        ({"evidence": [{**EVIDENCE, "targets": {"x": True}}]}, "evidence[0].targets"),
        ({"evidence": [{**EVIDENCE, "strata": [{"name": "a"}]}]}, "evidence[0].strata.broken"),
        ({"evidence": [{**EVIDENCE, "interval": [1]}]}, "evidence[0].interval"),
        (
            {"mitigations": [{"id": "m", "title": "x", "findings": "a@b"}]},
            "mitigations[0].findings",
        ),
    ],
)
def test_a_wrong_entry_is_named(parts: dict[str, Any], field: str):
    with pytest.raises(DocumentError) as caught:
        read_any(export(**parts), "", CATALOG)
    assert caught.value.field == field


@pytest.mark.parametrize("about", [{}, {"system": {}}, {"system": {"name": " "}}])
def test_a_file_without_the_name_of_its_system_is_refused(about: dict[str, Any]):
    with pytest.raises(DocumentError, match="no system name") as caught:
        read_any(export(**about), "", CATALOG)
    assert caught.value.field == "system.name"


@settings(max_examples=300, deadline=None)
@given(spoilt(bartizan.write(fraud(), ENTERED)))
def test_a_wrong_value_anywhere_gives_a_sentence_or_the_same_again(data: bytes):
    try:
        found = read_any(data, "", CATALOG, as_they_stand=True)
    except DocumentError as error:
        assert str(error).isprintable()
        return
    written = bartizan.write(found.document, found.inputs)
    again = read_any(written, "", CATALOG, as_they_stand=True)
    assert (again.document, again.inputs) == (found.document, found.inputs)
