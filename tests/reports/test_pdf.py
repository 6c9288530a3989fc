"""The PDF: whole, readable back, with nothing fetched and nothing lost."""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from hypothesis import given, settings
from pypdf import PdfReader

from catalog import load
from tests.core.drawings import documents
from tests.reports.canary import canary
from tests.reports.cases import DAY, HOSTILE, SYSTEMS, assessed, drawn, entered, read, two_parts
from threatmodel.core import assess
from threatmodel.core.document import digest
from threatmodel.core.inputs import Decision, Inputs, Mitigation
from threatmodel.core.naming import threat_title
from threatmodel.formats import bartizan, read_any
from threatmodel.paper import print_report
from threatmodel.reports import pdf, press
from threatmodel.reports.context import Edition

MADE = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


SHORT = frozenset({"diagram"})


def strange():
    return drawn(
        system={"name": HOSTILE, "description": "<img src=x>"},
        components=[{"id": "c-a", "type": "inference-endpoint", "name": HOSTILE}],
    )


def printed(document, inputs=None, **edition) -> bytes:
    inputs = inputs or Inputs()
    told = Edition(revision=7, made_by="Ann", **edition)
    return print_report(document, assessed(document, inputs), load(), inputs, told, MADE)


def text(body: bytes) -> str:
    return " ".join(
        " ".join(page.extract_text().split()) for page in PdfReader(BytesIO(body)).pages
    )


@pytest.fixture(scope="module")
def report() -> tuple[bytes, object, Inputs]:
    document = read(SYSTEMS[0])
    inputs = entered(document)
    return printed(document, inputs), document, inputs


@pytest.fixture(scope="module")
def pages(report) -> list[str]:
    """What each page of it says; reading the pages costs as much as printing them."""
    return [" ".join(one.extract_text().split()) for one in PdfReader(BytesIO(report[0])).pages]


@pytest.fixture(scope="module")
def hostile() -> tuple[bytes, float]:
    """A small one on the other paper, of names that are markup, and when it was printed."""
    return printed(strange(), paper="Letter", sections=SHORT), time.monotonic()


def test_a_report_has_its_sections_in_order(report):
    outline = PdfReader(BytesIO(report[0])).outline
    heads = [one.title for one in outline if not isinstance(one, list)]
    assert heads[1:] == [
        "The answer",
        "Risk matrix",
        "The system",
        "Findings",
        "Decisions and scope",
        "Attack paths",
        "Mitigations",
        "Plan",
        "Evidence",
        "What to look at again",
        "Questions",
        "Findings by element",
        "Coverage",
        "Method",
        "Terms",
        "Sources",
    ]


def test_every_finding_decision_and_mitigation_is_printed(report, pages):
    _, document, inputs = report
    said = " ".join(pages)
    for finding in assessed(document, inputs).findings:
        assert threat_title(document, load(), finding.threat) in said
    assert "The loss is insured." in said
    assert "Limit the calls" in said
    assert "overdue" in said


def test_sources_are_named_with_what_their_licences_ask(pages):
    said = " ".join(pages)
    assert "Copyright 2021-2025 The MITRE Corporation" in said
    assert "CC BY-SA 4.0" in said
    cited = said[said.rindex("Identifiers, titles and links are those of their publishers") :]
    assert "STRIDE" in cited, "a list that coverage alone shows is cited, too"


def test_each_page_says_system_revision_number_and_classification(report, pages):
    document = report[1]
    for number, page in enumerate(pages[1:], start=2):
        assert document.system.name in page
        assert "Revision 7" in page
        assert f"Page {number} of {len(pages)}" in page
        assert "Confidential" in page


def test_a_report_read_back_gives_the_same_findings(report):
    body, document, inputs = report
    back = read_any(body, "report.pdf", load(), as_they_stand=True)
    again = assess(back.document, load(), back.inputs, as_of=DAY)
    assert again.findings == assessed(document, inputs).findings
    assert back.document == document


def test_the_same_report_has_the_same_bytes(hostile):
    first, at = hostile
    time.sleep(max(0, at + 1.1 - time.monotonic()))  # embedded fonts carry a date in seconds
    assert printed(strange(), paper="Letter", sections=SHORT) == first


def test_a_report_is_tagged_and_titled_for_those_who_listen_to_it(report):
    reader = PdfReader(BytesIO(report[0]))
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "risk assessment" in reader.metadata.title


def test_paper_comes_in_two_sizes_and_the_diagram_lies_across(report, hostile):
    for body, width in ((report[0], 595), (hostile[0], 612)):
        found = PdfReader(BytesIO(body)).pages
        assert int(found[0].mediabox.width) == width
        across = [page for page in found if page.mediabox.width > page.mediabox.height]
        assert "The system" in across[0].extract_text()
    assert len(across) == 1


@given(documents())
@settings(max_examples=6, deadline=None)
def test_a_report_of_any_system_is_read_back_equal_up_to_its_origin(document):
    found = assessed(document).findings[:3]
    decided = tuple(
        Decision(f"d-{n}", one.key, "accept", "So decided.", "Ann", DAY, origin="imported")
        for n, one in enumerate(found)
    )
    tracked = tuple(
        Mitigation(f"m-{n}", "Do it", (one.key,), "implemented", owner="Bo")
        for n, one in enumerate(found)
    )
    carried = bartizan.write(document, Inputs(decided, tracked))
    back = read_any(press.render("<p>x", carried, MADE, "x"), "report.pdf", load())
    assert digest(back.document) == digest(document)
    assert (back.inputs.decisions, back.inputs.mitigations) == (decided, tracked)


def test_nothing_in_a_document_can_make_the_printer_fetch_anything(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret of the server")
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    with canary() as (url, asked):
        html = (
            f'<link rel=attachment href="{secret.as_uri()}">'
            f'<link rel=stylesheet href="{url}/a.css">'
            f'<img src="{url}/b.png"><img src="{secret.as_uri()}"><object data="{url}/c"></object>'
            f'<style>@import "{url}/d.css"; p {{ background: url({url}/e.png) }}</style>'
            f'<svg><image href="{url}/f.png"/><use href="{url}/g.svg#x"/></svg><p>x'
        )
        body = press.render(html, b"{}", MADE, "x")
    assert asked == []
    attached = [one.name for one in PdfReader(BytesIO(body)).attachment_list]
    assert attached == [pdf.ATTACHMENT]
    assert b"a secret of the server" not in body


def test_markup_in_names_is_printed_as_it_was_typed(hostile):
    assert "<script>alert(1)</script>" in text(hostile[0])


def test_a_file_is_whole_or_absent(tmp_path, monkeypatch):
    target = tmp_path / "report.pdf"
    target.write_bytes(b"the old one")

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        pdf.write_whole(target, b"the new one")
    assert target.read_bytes() == b"the old one"
    assert list(tmp_path.iterdir()) == [target]


def test_the_command_writes_a_report_without_a_database(tmp_path, capsys):
    file, target = tmp_path / "small.json", tmp_path / "out" / "r.pdf"
    file.write_bytes(bartizan.write(two_parts(), Inputs()))
    call_command("report", str(file), "--output", str(target))
    assert target.read_bytes().startswith(b"%PDF-")


def test_the_command_refuses_what_it_cannot_read(tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: bartizan/1\ncomponents: 7\n")
    with pytest.raises(CommandError) as caught:
        call_command("report", str(bad), "--output", str(tmp_path / "r.pdf"))
    assert caught.value.returncode == 2
    assert not (tmp_path / "r.pdf").exists()


def test_the_command_says_where_it_cannot_write(tmp_path):
    file = tmp_path / "small.json"
    file.write_bytes(bartizan.write(two_parts(), Inputs()))
    with pytest.raises(CommandError, match="^Cannot write .*small.json/r.pdf: ") as caught:
        call_command("report", str(file), "--output", str(file / "r.pdf"))
    assert caught.value.returncode == 2
    assert list(tmp_path.iterdir()) == [file]
