"""What people entered, taken to another workspace and back: kept as theirs, never as ours."""

from __future__ import annotations

from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader

from tests import cast, own
from tests.cast import change, edit
from threatmodel.core.document import DocumentError
from threatmodel.formats import bartizan, read_any
from threatmodel.formats.carried import carrying
from threatmodel.live import catalogs
from threatmodel.models import AuditEntry, Report, System
from threatmodel.rows import read_document, read_inputs
from threatmodel.services import baselines, branches, comparison, decisions, imports, reports

pytestmark = [pytest.mark.django_db, pytest.mark.store]


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def mallory():
    return cast.workspace("mallory")


@pytest.fixture
def system(olga):
    """One that was named twice, with a decision between."""
    made = cast.system(*olga)
    key = made.findings.filter(applies="yes", element="c-api").order_by("key").first().key
    baselines.keep(made, olga[1], "Approved", "By the board.")
    decisions.decide(made, olga[1], finding=key, action="accept", reason="It is insured.")
    baselines.keep(made, olga[1], "Launched")
    edit(made, olga[1], change("component", "c-data", remove=True))
    made.refresh_from_db()
    return made


def exported(system: System) -> bytes:
    catalog = catalogs.of(system)
    drawing, inputs = carrying(read_document(system, catalog), catalog), read_inputs(system)
    return bartizan.write(drawing, inputs, baselines=baselines.carried(system))


def brought(to, body: bytes) -> System:
    workspace, person = to
    return imports.import_file(workspace, person, SimpleUploadedFile("system.json", body)).system


def columns(system: System) -> list[tuple[object, ...]]:
    names = ("name", "note", "revision", "as_of", "at", "by_name", "summary")
    digests = ("catalog_digest", "document_digest", "content", "findings")
    return [
        tuple(bytes(one) if isinstance(one, memoryview) else one for one in row)
        for row in system.baselines.values_list(*names, *digests)
    ]


def test_baselines_go_to_another_workspace_whole_but_as_imported(system, mallory):
    made = brought(mallory, exported(system))
    assert columns(made) == columns(system)
    assert set(made.baselines.values_list("origin", "by")) == {("imported", None)}
    for ours, theirs in zip(system.baselines.all(), made.baselines.all(), strict=True):
        was, now = baselines.kept(ours), baselines.kept(theirs)
        assert (now.document, now.inputs) == (was.document, was.inputs)
        assert now.assessment == was.assessment


def test_an_imported_baseline_is_exported_again_as_it_is(system, mallory):
    again = read_any(exported(brought(mallory, exported(system))), "", catalogs.of(system))
    first = read_any(exported(system), "", catalogs.of(system))
    assert again.baselines == first.baselines


def printed(system: System, by) -> bytes:
    row = reports.request_report(system, by, format="pdf")
    reports.make(str(row.pk))
    with Report.objects.get(pk=row.pk).file.open("rb") as file:
        return file.read()


@pytest.mark.long
def test_a_report_carries_the_baselines_and_goes_by_those_that_were_kept_here(
    olga, system, mallory
):
    body = printed(system, olga[1])
    found = read_any(body, "report.pdf", catalogs.of(system), as_they_stand=True)
    assert [one.name for one in found.baselines] == ["Launched", "Approved"]
    assert "Launched" in words(body)
    made = brought(mallory, body)
    assert made.baselines.count() == 2
    assert "Launched" not in words(printed(made, mallory[1]))


def words(body: bytes) -> str:
    return " ".join(page.extract_text() for page in PdfReader(BytesIO(body)).pages)


def test_an_imported_baseline_is_never_shown_as_taken_here(system, mallory):
    made = brought(mallory, exported(system))
    edit(made, mallory[1], change("component", "c-api", set={"name": "Meanwhile"}))
    client = cast.browser(mallory[1])
    answer = client.get(reverse("history", args=[made.pk]))
    assert all(one["named"] == [] for one in answer.context["lines"])
    page = answer.content.decode()
    assert "Imported: so says the file" in page
    told = client.get(f"/api/v1/systems/{made.pk}/baselines/").json()["results"]
    assert [(one["origin"], one["by"]) for one in told] == [
        ("imported", {"id": None, "name": "olga"})
    ] * 2
    compared = client.get(reverse("compare", args=[made.pk]))
    assert "Launched (imported)" in compared.content.decode()


def test_those_that_were_kept_here_stand_first(system, mallory):
    made = brought(mallory, exported(system))
    ours = baselines.keep(made, mallory[1], "Ours")
    assert [one.pk for one in made.baselines.all()][0] == ours.pk
    assert [one.name for one in baselines.carried(made)] == ["Ours", "Launched", "Approved"]


def test_an_imported_state_is_compared_with_the_present(system, mallory):
    made = brought(mallory, exported(system))
    launched = made.baselines.get(name="Launched")
    found = comparison.compare_states(made, str(launched.pk), "")
    removed = {one.id for one in found.difference.elements if one.how == "removed"}
    assert removed == {"c-data", "f-train"}


def test_a_digest_in_a_file_opens_no_catalog_of_another_workspace(olga, system, mallory):
    own.uploaded(*olga)
    theirs = catalogs.newest(olga[0].pk).digest
    made = brought(mallory, exported(system))
    made.baselines.update(catalog_digest=theirs)
    assert catalogs.recorded(theirs)
    assert baselines.kept(made.baselines.first()).catalog is catalogs.of(made)


def test_a_file_with_a_wrong_baseline_brings_nothing(system, mallory):
    body = exported(system).replace(b'"residual": "', b'"residual": "un', 1)
    with pytest.raises(DocumentError, match=r"^baselines\[0\]\.findings\[0\]\.residual: 'un"):
        brought(mallory, body)
    assert not mallory[0].systems.exists()


def test_a_decision_belongs_to_nobody_who_only_brought_it(olga, system, mallory):
    ann = cast.member(olga[0], "editor", "ann")
    branched = branches.branch(system, ann, system.revision)
    taken = brought(mallory, exported(system))
    for made, origin in ((branched, "entered"), (taken, "imported")):
        (row,) = made.decisions.all()
        assert (row.by, row.by_name, row.origin) == (None, "olga", origin)
    who = AuditEntry.objects.filter(action__in=["branch", "system imported"])
    assert sorted(who.values_list("by_name", "action")) == [
        ("ann", "branch"),
        ("mallory", "system imported"),
    ]
