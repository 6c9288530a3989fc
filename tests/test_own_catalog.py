"""A workspace's own entries, from upload to palette, findings, pages and exports."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse

from catalog import load
from catalog.source import MAX_BYTES
from tests import cast
from tests.catalog.packs import TEXT, pack, written
from tests.catalog.test_own import WRONG
from threatmodel.core.assessment import assess
from threatmodel.core.inputs import Inputs
from threatmodel.formats import sarif
from threatmodel.live import catalogs as known
from threatmodel.models import AuditEntry, OwnCatalog
from threatmodel.reports.build import build
from threatmodel.rows import read_document
from threatmodel.services import catalogs, owncatalogs
from threatmodel.services.refusal import Refusal

from . import own
from .own import file, uploaded

pytestmark = [pytest.mark.django_db, pytest.mark.store]


def rest(workspace) -> str:
    return f"/api/v1/workspaces/{workspace.pk}/catalog/"


def page(client, workspace):
    return client.get(reverse("own-catalog"), {"workspace": str(workspace.pk)})


def send(client, workspace, data: str | bytes, name: str = "own.yaml"):
    address = reverse("own-catalog-upload", args=[workspace.pk])
    return client.post(address, {"file": file(data, name)})


def test_an_upload_is_a_version_with_its_maker_its_digest_and_an_audit_entry(olga):
    one, two = uploaded(*olga), uploaded(*olga, TEXT + "\n")
    assert [one.version, two.version] == [1, 2]
    assert one.counts == {"components": 1, "threats": 1, "controls": 1}
    assert (one.by_name, len(one.digest)) == ("olga", 64)
    assert OwnCatalog.objects.get(pk=one.pk).source == TEXT
    told = AuditEntry.objects.filter(action="own catalog uploaded").values_list(
        "subject", flat=True
    )
    assert sorted(told) == [f"version {n.version} own.yaml {n.digest[:12]}" for n in (one, two)]


def test_the_newest_version_counts_and_taking_it_away_is_a_version_too(olga):
    workspace, by = olga
    uploaded(*olga)
    assert "meter-replay" in known.newest(workspace.pk).threats
    row = owncatalogs.remove(workspace, by)
    assert (row.version, row.digest) == (2, "")
    assert known.newest(workspace.pk) is load()
    with pytest.raises(Refusal, match="no entries"):
        owncatalogs.remove(workspace, by)
    uploaded(*olga)
    assert OwnCatalog.objects.filter(workspace=workspace).count() == 3


def test_the_same_file_again_is_no_version(olga):
    uploaded(*olga)
    with pytest.raises(Refusal, match="Version 1 says the same"):
        uploaded(*olga)


@pytest.mark.parametrize("name", ["65 atoms", "depth 9", "1,001 rules", "an idle control"])
def test_a_wrong_file_is_told_on_the_page_and_changes_nothing(client, olga, name):
    uploaded(*olga)
    before = known.newest(olga[0].pk)
    change, says = WRONG[name]
    changed = pack()
    change(changed)
    answer = send(client, olga[0], written(changed))
    assert answer.status_code == 400
    assert says in str(answer.context["form"].errors["file"])
    assert OwnCatalog.objects.count() == 1
    assert known.newest(olga[0].pk) is before


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"x" * (10 * 2**20), "larger than 1024 KiB"),
        (b"x" * MAX_BYTES + b"x", "larger than 1024 KiB"),
        (b"a: &a [x]\nb: [*a, *a]", "line 1: aliases are not allowed"),
        (TEXT.encode("utf-16"), "not UTF-8"),
        (b"", "expected a mapping"),
        (b"PK\x03\x04", "line 1"),
    ],
    ids=["ten megabytes", "one byte too many", "aliases", "utf-16", "empty", "a zip"],
)
def test_a_hostile_file_is_one_sentence_by_page_and_by_rest(client, olga, data, says):
    answer = send(client, olga[0], data)
    assert answer.status_code == 400
    assert says in str(answer.context["form"].errors["file"])
    answer = client.post(rest(olga[0]), {"file": file(data)})
    assert answer.status_code in (400, 413)
    assert says in answer.json()["error"]["message"]
    assert answer.json()["error"]["field"] == "file"
    assert not OwnCatalog.objects.exists()


def test_an_example_that_the_rule_contradicts_points_at_its_line(client, olga):
    text = TEXT.replace("- holds_not:", "- HOLDS:").replace("- holds:", "- holds_not:")
    text = text.replace("- HOLDS:", "- holds:")
    said = str(send(client, olga[0], text).context["form"].errors["file"])
    assert "threats/meter-replay: examples[0]: the rule holds on" in said
    line = 1 + text.splitlines().index("      - holds_not:")
    assert f"(line {line})" in said


def test_an_example_with_an_unknown_type_points_at_its_entry(client, olga):
    text = TEXT.replace("{id: e, type: inference-endpoint}", "{id: e, type: oracle}")
    said = str(send(client, olga[0], text).context["form"].errors["file"])
    assert "threats/meter-replay: examples[0]" in said and "oracle" in said


def test_a_file_name_is_only_shown(client, olga):
    send(client, olga[0], "threats: 1", name="<script>\n.yaml")
    said = page(client, olga[0]).content.decode()
    assert "<script>\n" not in said
    assert send(client, olga[0], TEXT, name="x" * 300).status_code == 302


def test_the_example_to_begin_with_can_be_uploaded_as_it_is(client, olga):
    example = client.get(reverse("own-catalog-example")).content
    assert send(client, olga[0], example).status_code == 302
    assert known.newest(olga[0].pk).own


def test_a_version_can_be_taken_along_as_it_was(client, olga):
    uploaded(*olga)
    uploaded(*olga, TEXT + "# second\n")
    address = reverse("own-catalog-file", args=[olga[0].pk, 1])
    answer = client.get(address)
    assert answer.content.decode() == TEXT
    assert answer["Content-Disposition"].startswith("attachment")
    owncatalogs.remove(*olga)
    assert client.get(reverse("own-catalog-file", args=[olga[0].pk, 3])).status_code == 404
    assert AuditEntry.objects.filter(action="exported").count() == 1


def test_the_page_shows_entries_versions_and_who_may_change_them(client, olga):
    assert "Nothing yet" in page(client, olga[0]).content.decode()
    uploaded(*olga)
    shown = page(client, olga[0])
    assert [one["id"] for _, _, entries in shown.context["groups"] for one in entries] == [
        "smart-meter",
        "meter-replay",
        "meter-seal",
    ]
    assert "Check and upload" in shown.content.decode()
    editor = cast.browser(cast.member(olga[0], "editor"))
    assert "Check and upload" not in page(editor, olga[0]).content.decode()


def test_an_editor_may_not_and_an_outsider_must_not_know(olga):
    uploaded(*olga)
    system = own.system(*olga)
    uploaded(*olga, TEXT + "\n")
    editor = cast.browser(cast.member(olga[0], "editor"))
    other = cast.browser(cast.outsider())
    to = known.newest(olga[0].pk).digest
    for client, status in ((editor, 403), (other, 404)):
        assert send(client, olga[0], TEXT).status_code == status
        assert client.post(rest(olga[0]), {"file": file()}).status_code == status
        assert client.delete(rest(olga[0])).status_code == status
        applied = cast.send(client, "post", f"/api/v1/systems/{system.pk}/catalog/", {"to": to})
        assert applied.status_code == status
    for path in (rest(olga[0]), f"/workspaces/{olga[0].pk}/catalog/1/"):
        assert other.get(path).status_code == 404
        assert editor.get(path).status_code == 200
    assert page(other, olga[0]).status_code == 404
    assert other.get("/api/v1/catalog/", {"workspace": olga[0].pk}).status_code == 404
    assert other.get("/api/v1/catalog/", {"system": system.pk}).status_code == 404
    assert "meter-replay" not in other.get("/api/v1/catalog/").json()["threats"]


def test_what_the_editor_is_given_is_the_system_s_catalog_with_own_entries_marked(client, olga):
    before = own.system(*olga, "camera")
    uploaded(*olga)
    after = own.system(*olga)
    given = {
        row.pk: client.get("/api/v1/catalog/", {"system": row.pk}).json() for row in (before, after)
    }
    types = {
        row: {one["id"]: one for one in told["component_types"]} for row, told in given.items()
    }
    assert "smart-meter" not in types[before.pk]
    assert types[after.pk]["smart-meter"]["own"] is True
    assert "own" not in types[after.pk]["camera"]
    assert given[after.pk]["threats"]["meter-replay"]["own"] is True
    assert given[after.pk]["digest"] == after.catalog_digest


def test_rest_previews_and_applies(client, olga):
    uploaded(*olga)
    system = own.system(*olga)
    owncatalogs.remove(*olga)
    address = f"/api/v1/systems/{system.pk}/catalog/"
    seen = client.get(address).json()
    assert seen["newer"] and seen["to"] == load().digest
    assert "meter-replay@c-meter" in {row["key"] for row in seen["gone"]}
    assert seen["risk"]["before"]["by_level"] != seen["risk"]["after"]["by_level"]
    assert cast.send(client, "post", address, {"to": "something"}).status_code == 409
    done = cast.send(client, "post", address, {"to": seen["to"]}).json()
    assert (done["revision"], done["gone"]) == (2, len(seen["gone"]))
    assert not client.get(address).json()["newer"]


def test_the_pages_of_a_system_say_that_a_newer_catalog_is_there(client, olga):
    uploaded(*olga)
    system = own.system(*olga)
    findings = reverse("findings", args=[system.pk])
    assert "See what would change" not in client.get(findings).content.decode()
    uploaded(*olga, TEXT.replace("[0.1, 0.6]", "[0.8, 0.9]"))
    assert "See what would change" in client.get(findings).content.decode()
    shown = client.get(reverse("catalog-change", args=[system.pk]))
    assert [group["count"] for group in shown.context["groups"]] == [0, 1, 0]
    to = shown.context["seen"].after.catalog.digest
    done = client.post(reverse("catalog-apply", args=[system.pk]), {"to": to}, follow=True)
    assert "goes by the newest catalog" in done.content.decode()
    history = client.get(reverse("history", args=[system.pk])).content.decode()
    assert "Applied a newer catalog" in history


def test_a_lost_catalog_is_told_on_the_page_and_in_the_history(client, olga):
    from threatmodel import live
    from threatmodel.models import System

    system = own.system(*olga, "camera")
    System.objects.filter(pk=system.pk).update(catalog_digest="f" * 64)
    live.forget()
    shown = client.get(reverse("catalog-change", args=[system.pk])).content.decode()
    assert "cannot be read any more" in shown
    history = client.get(reverse("history", args=[system.pk])).content.decode()
    assert "the earlier one cannot be read any more" in history


def test_entries_that_a_release_does_not_take_are_told_and_left_out(client, olga, monkeypatch):
    uploaded(*olga)
    known.forget()
    monkeypatch.setattr(known, "_extended", lambda row: (_ for _ in ()).throw(_refused()))
    assert "does not fit the catalog of this release" in page(client, olga[0]).content.decode()
    assert own.system(*olga, "camera").catalog_digest == load().digest


def _refused():
    from catalog import CatalogError

    return CatalogError("own.yaml: threats/meter-replay: id: is in the shipped catalog")


def test_an_export_carries_own_entries_and_an_import_elsewhere_keeps_and_tells_them(client, olga):
    uploaded(*olga)
    system = own.system(*olga)
    exported = client.get(f"/api/v1/systems/{system.pk}/document/").content
    assert len(json.loads(exported)["catalog"]) == 3
    other = cast.browser(cast.outsider())
    for who, told in ((client, False), (other, True)):
        sent = {"file": SimpleUploadedFile("s.json", exported)}
        done = who.post("/api/v1/systems/import/", sent).json()
        assert (
            any("own threats meter-replay" in row["what"] for row in done["report"]["kept"]) is told
        )
        again = who.get(f"/api/v1/systems/{done['system']['id']}/document/").json()
        assert again["catalog"] == json.loads(exported)["catalog"]
        found = who.get(f"/api/v1/systems/{done['system']['id']}/findings/?threat=meter-replay")
        assert (found.json()["count"] == 0) is told


def test_the_command_judges_a_file_by_the_entries_that_it_carries(client, olga, tmp_path):
    uploaded(*olga)
    system = own.system(*olga)
    path = tmp_path / "system.json"
    path.write_bytes(client.get(f"/api/v1/systems/{system.pk}/document/").content)
    said = io.StringIO()
    call_command("assess", path, "--format", "json", stdout=said)
    keys = [row["key"] for row in json.loads(said.getvalue())["findings"]]
    assert "meter-replay@c-meter" in keys
    assert set(keys) == set(system.findings.values_list("key", flat=True))


def test_findings_and_exports_mark_what_only_the_workspace_knows(client, olga):
    uploaded(*olga)
    system = own.system(*olga)
    rows = client.get(f"/api/v1/systems/{system.pk}/findings/").json()["results"]
    assert {row["threat"] for row in rows if row.get("own")} == {"meter-replay"}
    by_threat = client.get(reverse("findings", args=[system.pk]), {"group": "threat"})
    assert [one.title for one in by_threat.context["groups"] if one.own] == [
        "Old readings are shown to the meter's camera"
    ]
    listed = client.get(reverse("findings", args=[system.pk])).context["groups"]
    marked = {row.title for group in listed for row in group.rows if row.own}
    assert marked == {"Old readings are shown to the meter's camera"}
    shown = client.get(
        reverse("finding", args=[system.pk, "meter-replay@c-meter"])
    ).content.decode()
    assert "From your workspace's own catalog" in shown
    assert f"/catalog/threats/meter-replay/?system={system.pk}" in shown
    catalog = known.of(system)
    document = read_document(system, catalog)
    assessment = assess(document, catalog, as_of=system.as_of)
    (run,) = json.loads(sarif.write(assessment, catalog, document))["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [one["id"] for one in rules if "own" in one["properties"]["tags"]] == ["meter-replay"]
    report = build(document, assessment, catalog, Inputs())
    assert [one.id for one in report.threats if one.own] == ["meter-replay"]


def test_every_link_of_a_finding_into_the_catalog_opens_the_system_s_own(client, olga):
    second = cast.workspace()  # olga's too; without a system, the first one's catalog is read
    uploaded(*second)
    system = own.system(*second)
    page = reverse("finding", args=[system.pk, "meter-replay@c-meter"])
    links = re.findall(r'href="(/catalog/[^"]+/[^"]*)"', client.get(page).content.decode())
    assert links and all(link.endswith(f"?system={system.pk}") for link in links)
    assert {client.get(link).status_code for link in links} == {200}
    assert client.get("/catalog/threats/meter-replay/").status_code == 404


def test_the_newest_is_what_a_preview_compares_with(olga):
    system = own.system(*olga, "camera")
    assert catalogs.newer(system) is None
    uploaded(*olga)
    assert catalogs.newer(system) is known.newest(olga[0].pk)
