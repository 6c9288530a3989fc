"""Every module of the folder, and the command that converts."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.formats.samples import BIRDS, CATALOG, SYSTEMS
from tests.reports.cases import entered, read
from threatmodel.core.assessment import Engine
from threatmodel.core.document import digest
from threatmodel.formats import bartizan, read_any, readable_formats
from threatmodel.robustness import attacks

WHOLE = {
    "bartizan": SYSTEMS[0].read_bytes(),
    "tm-library": BIRDS.read_bytes(),
    "report-pdf": b"%PDF-1.7",
}


def test_each_format_recognises_its_own_and_no_other():
    for one in readable_formats():
        recognised = [name for name, data in WHOLE.items() if one.recognises(data, "")]
        assert recognised == [one.NAME]


def test_each_format_has_a_file_here():
    assert {one.NAME for one in readable_formats()} == set(WHOLE)


def test_the_documentation_names_each_format():
    text = (Path(__file__).parents[2] / "docs" / "formats.md").read_text()
    for one in readable_formats():
        assert f"`{one.NAME}`" in text


@pytest.mark.parametrize("suffix", ["json", "yaml"])
def test_convert_writes_what_reads_the_same(tmp_path: Path, suffix: str):
    target = tmp_path / f"out.{suffix}"
    told = StringIO()
    call_command("convert", str(BIRDS), str(target), stdout=told)
    found = read_any(target.read_bytes(), target.name, CATALOG).document
    assert digest(found) == digest(read_any(BIRDS.read_bytes(), "", CATALOG).document)
    assert "kept: threats (1)" in told.getvalue()


def test_convert_assesses_for_sarif(tmp_path: Path):
    target = tmp_path / "out.sarif"
    call_command("convert", str(SYSTEMS[0]), str(target), stdout=StringIO())
    assert json.loads(target.read_text())["runs"][0]["results"]


def test_convert_assesses_for_a_layer(tmp_path: Path):
    target = tmp_path / "out.layer.json"
    call_command("convert", str(SYSTEMS[0]), str(target), stdout=StringIO())
    assert json.loads(target.read_text())["techniques"]


@pytest.mark.parametrize(
    ("ending", "begins"), [("csv", b"\xef\xbb\xbfkey,"), ("xlsx", b"PK"), ("html", b"<!doctype")]
)
def test_convert_assesses_for_people_too(tmp_path: Path, ending: str, begins: bytes):
    target = tmp_path / f"out.{ending}"
    call_command("convert", str(SYSTEMS[0]), str(target), stdout=StringIO())
    assert target.read_bytes().startswith(begins)


def test_convert_works_a_page_out_once_and_calls_tests_by_their_names(tmp_path, monkeypatch):
    made, start = [], Engine.__init__
    source, target = tmp_path / "measured.json", tmp_path / "out.html"
    document = read(SYSTEMS[0])
    inputs = entered(document)
    source.write_bytes(bartizan.write(document, inputs))
    monkeypatch.setattr(Engine, "__init__", lambda *given: made.append(given) or start(*given))
    call_command("convert", str(source), str(target), stdout=StringIO())
    assert len(made) == 1
    name = attacks.load()[inputs.evidence[0].test].name
    assert name in target.read_text()


@pytest.mark.parametrize("name", ["out.docx", "out"])
def test_convert_refuses_an_ending_it_does_not_write(tmp_path: Path, name: str):
    with pytest.raises(CommandError, match="end it in"):
        call_command("convert", str(BIRDS), str(tmp_path / name))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("source", "target", "says"),
    [
        ("nowhere.json", "out.json", "Cannot read .*nowhere.json: No such file"),
        ("in.json", "nowhere/out.json", "Cannot write .*nowhere/out.json: No such file"),
    ],
)
def test_convert_says_where_it_cannot_read_or_write(tmp_path: Path, source, target, says):
    (tmp_path / "in.json").write_bytes(BIRDS.read_bytes())
    with pytest.raises(CommandError, match=f"^{says}") as caught:
        call_command("convert", str(tmp_path / source), str(tmp_path / target), stdout=StringIO())
    assert caught.value.returncode == 2


def test_convert_says_what_is_wrong_with_a_file(tmp_path: Path):
    bad = tmp_path / "bad.json"
    bad.write_bytes(b'{"format": "bartizan/1", "flows": 7}')
    with pytest.raises(CommandError, match="flows") as caught:
        call_command("convert", str(bad), str(tmp_path / "out.json"))
    assert caught.value.returncode == 2


def test_an_export_without_entries_says_nothing_of_them():
    found = read_any(SYSTEMS[0].read_bytes(), "", CATALOG)
    assert "decisions" not in json.loads(bartizan.write(found.document))
