"""Publishers' own texts in the product: imported by the operator, read by everybody."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.urls import reverse

from catalog import load
from catalog.official import read
from tests import cast
from tests.catalog import officials
from tests.catalog.officials import MADE, as_json, as_yaml
from tests.stored import nothing_changes
from threatmodel.models import AuditEntry, OfficialFile, OfficialText
from threatmodel.services import editions, official, systems

pytestmark = pytest.mark.django_db
SOURCES = os.environ.get("BARTIZAN_CATALOG_SOURCES", "")


def kept(value: object) -> None:
    data = as_yaml(value)
    official.keep(read(data, "theirs.yaml"), data, "theirs.yaml")


@pytest.fixture
def file(tmp_path: Path):
    def write(value: object, name: str = "theirs.yaml") -> str:
        path = tmp_path / name
        path.write_bytes(value if isinstance(value, bytes) else as_yaml(value))
        return str(path)

    return write


def words(framework: str, id: str) -> official.PublisherText:
    found = official.text_of(framework, id)
    assert found is not None
    return found


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("catalog", "import", *arguments, stdout=out)
    return out.getvalue()


# Keeping and reading


def test_without_an_import_there_is_no_publisher_s_text() -> None:
    assert official.text_of("atlas", "AML.T0020") is None


def test_an_imported_text_stands_with_edition_licence_and_attribution() -> None:
    kept(officials.atlas_v5())
    found = words("atlas", "AML.T0020")
    assert found.text == "What Poison Training Data is about."
    assert (found.edition, found.licence) == ("MITRE ATLAS 5.6.0", "Apache-2.0")
    assert "MITRE" in found.attribution and found.url.startswith("https://atlas.mitre.org/")
    assert official.text_of("atlas", "AML.T0021") is None


def test_an_edition_beside_the_asked_one_answers_where_that_was_not_imported() -> None:
    kept(officials.atlas_2026())
    assert words("atlas", "AML.T0020").edition == "MITRE ATLAS 2026.09"
    kept(officials.atlas_v5())
    assert words("atlas", "AML.T0020").edition == "MITRE ATLAS 5.6.0"
    assert words("atlas", "AML.T0113").edition == "MITRE ATLAS 2026.09"


@pytest.mark.store
def test_an_import_takes_the_place_of_the_one_before() -> None:
    kept(officials.atlas_v5())
    later = officials.atlas_v5() | {"version": "5.6.1", "case-studies": []}
    kept(later)
    assert [row.edition for row in OfficialFile.objects.all()] == ["5.6.1"]
    assert official.text_of("atlas", "AML.CS0003") is None
    assert AuditEntry.objects.filter(action="official file imported").count() == 2


def test_a_file_name_that_is_no_unicode_is_kept_as_far_as_it_is() -> None:
    data = as_yaml(officials.atlas_v5())
    official.keep(read(data, "theirs"), data, "ATLAS-\udcff.yaml")
    assert OfficialFile.objects.get().name == "ATLAS-?.yaml"


def test_another_part_of_the_same_framework_stays() -> None:
    kept(officials.cosai())
    control = {"id": "controlOne", "title": "One", "description": ["Do it."]}
    kept({"title": "Controls", "controls": [control]})
    assert OfficialFile.objects.count() == 2
    assert words("cosai-risk-map", "riskDataPoisoning").title == "Data Poisoning"
    assert words("cosai-risk-map", "controlOne").text == "Do it."


@pytest.mark.store
def test_an_import_that_breaks_off_leaves_the_one_before() -> None:
    kept(officials.atlas_v5())
    data = as_yaml(officials.atlas_v5() | {"version": "5.6.1"})
    found = read(data, "theirs.yaml")
    twice: dict[str, Any] = {**found.entries, "again": found.entries["AML.T0020"]}
    object.__setattr__(found, "entries", twice)
    with nothing_changes(), pytest.raises(IntegrityError):
        official.keep(found, data, "theirs.yaml")


# What an import would change


def test_an_older_edition_says_so() -> None:
    older = read(as_yaml(officials.atlas_v5() | {"version": "5.4.0"}), "theirs.yaml")
    assert editions.preview(older).newer == "5.6.1, which is shipped"
    same = read(as_yaml(officials.atlas_v5()), "theirs.yaml")
    assert editions.preview(same).newer == ""
    kept(officials.atlas_v5() | {"version": "5.6.1"})
    assert editions.preview(same).newer == "5.6.1, which was imported before"


@pytest.mark.store
def test_findings_of_threats_that_cite_what_changed_are_counted_by_system(
    django_assert_max_num_queries,
) -> None:
    workspace, person = cast.workspace()
    system = cast.system(workspace, person)
    found = read(as_yaml(officials.atlas_2026()), "theirs.yaml")
    with django_assert_max_num_queries(6):
        preview = editions.preview(found)
    cited = {threat for one in preview.comparisons for threat in one.threats}
    expected = system.findings.filter(threat__in=cited).count()
    assert expected
    assert [(one.system, one.workspace, one.citing) for one in preview.touched] == [
        (system.name, workspace.name, expected)
    ]


def test_a_deleted_system_is_not_counted() -> None:
    workspace, person = cast.workspace()
    systems.delete(cast.system(workspace, person), person)
    found = read(as_yaml(officials.atlas_2026()), "theirs.yaml")
    assert editions.preview(found).touched == ()


# The command


def test_a_dry_run_prints_and_changes_nothing(file) -> None:
    with nothing_changes():
        said = run(file(officials.atlas_2026()), "--dry-run")
    assert said.startswith("MITRE ATLAS 2026.09 (Apache-2.0): 1 tactic, 2 techniques, 1 sub-tech")
    assert "Compared with MITRE ATLAS 5.6.1, as shipped:" in said
    assert "Compared with MITRE ATLAS 2026.09, as shipped:" in said
    assert "AML.T0020 was 'Poison Training Data', is 'Training Data Poisoning'" in said
    assert "AML.T0019 to AML.T0115.000" in said
    assert "Nothing was changed." in said


def test_yes_keeps_the_file_and_the_next_import_is_compared_with_it(file) -> None:
    assert "Kept." in run(file(officials.atlas_v5()), "--yes")
    later = officials.atlas_v5() | {"version": "5.6.1"}
    later["matrices"][0]["techniques"].pop(1)
    said = run(file(later), "--dry-run")
    assert "Compared with MITRE ATLAS 5.6.0, imported before:\n  new: 0\n" in said
    assert "  retired: 1\n    AML.T0019\n" in said.split("imported before:")[1]


def test_nobody_s_answer_is_no(file, monkeypatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with nothing_changes():
        assert "add --yes" in run(file(officials.atlas_v5()))


@pytest.mark.parametrize(("typed", "files"), [("y\n", 1), ("n\n", 0), ("\n", 0)])
def test_the_operator_is_asked(file, monkeypatch, typed, files) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    run(file(officials.atlas_v5()))
    assert OfficialFile.objects.count() == files


def test_an_older_edition_is_told_before_it_is_kept(file) -> None:
    said = run(file(officials.atlas_v5() | {"version": "5.1.0"}), "--dry-run")
    assert "This is an older edition than 5.6.1, which is shipped." in said


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"a: &x 1\nb: *x\n", "theirs.yaml: line 1: aliases are not allowed"),
        (b"a" * (10 * 2**20 + 1), "theirs.yaml: the file is larger than 10 MiB"),
        (as_yaml(officials.atlas_v5() | {"version": "9.0.0"}), "theirs.yaml: version: line 3: "),
        (b"\x00", "theirs.yaml: "),
    ],
)
def test_a_file_that_cannot_be_used_ends_with_two_and_changes_nothing(file, content, says) -> None:
    kept(officials.atlas_v5())
    with nothing_changes(), pytest.raises(CommandError) as refused:
        run(file(content), "--yes")
    assert refused.value.returncode == 2 and str(refused.value).startswith(says)


def test_a_database_that_was_never_made_is_named(file) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE threatmodel_officialfile RENAME TO elsewhere")
    with pytest.raises(CommandError, match="manage.py migrate"):
        run(file(officials.atlas_v5()), "--yes")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        run(str(tmp_path / "nothing.yaml"))
    with pytest.raises(CommandError, match="directory"):
        run(str(tmp_path))
    with pytest.raises(CommandError, match="Say which file"):
        run()


# Pages and REST

URL = "/api/v1/catalog/frameworks/"
PAGE = "/catalog/frameworks/atlas/AML.T0020/"


@pytest.fixture
def client():
    return cast.browser(cast.workspace()[1])


def test_an_entry_over_rest_carries_the_publisher_s_words_once_imported(client) -> None:
    before = client.get(f"{URL}atlas/AML.T0020/")
    assert before.json()["title"] == "Poison Training Data" and "publisher" not in before.json()
    kept(officials.atlas_v5())
    after = client.get(f"{URL}atlas/AML.T0020/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    words = after.json()["publisher"]
    assert words["text"] == "What Poison Training Data is about."
    assert {"edition", "licence", "attribution", "url"} <= words.keys()
    again = client.get(f"{URL}atlas/AML.T0020/", headers={"If-None-Match": after["ETag"]})
    assert again.status_code == 304


def test_a_page_sets_the_publisher_s_words_apart_with_licence_and_attribution(client) -> None:
    ours = client.get(PAGE).content.decode()
    assert "In the publisher" not in ours
    kept(officials.atlas_v5())
    shown = client.get(PAGE).content.decode()
    (quoted,) = re.findall(r'<section class="publisher".*?</section>', shown, re.DOTALL)
    assert "<p>What Poison Training Data is about.</p>" in quoted
    assert "MITRE ATLAS 5.6.0" in quoted and "Apache-2.0" in quoted and "No endorsement" in quoted


def test_code_in_a_publisher_s_text_is_shown_and_never_run(client) -> None:
    value = officials.atlas_v5()
    attack = "`<script>alert(1)</script>` <img src=x onerror=alert(2)> &lt;svg onload=alert(3)&gt;"
    value["matrices"][0]["techniques"][0]["description"] = attack
    kept(value)
    shown = client.get(PAGE).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown and "&lt;svg onload" in shown
    assert "<script>alert" not in shown and "<svg onload" not in shown and "onerror" not in shown


def test_a_page_reads_the_publisher_s_words_by_one_query(client, django_assert_num_queries) -> None:
    kept(officials.atlas_v5())
    with django_assert_num_queries(1):
        official.text_of("atlas", "AML.T0020")


def test_an_entry_that_only_the_import_knows_is_answered(client) -> None:
    assert client.get(f"{URL}nist-sp-800-53/AC-1(1)/").status_code == 404
    kept(officials.oscal())
    assert client.get(f"{URL}nist-sp-800-53/AC-1(1)/").json()["publisher"]["text"] == "Look again."


def test_an_entry_that_only_the_import_knows_has_a_page_that_says_so(client) -> None:
    page = "/catalog/frameworks/nist-sp-800-53/AC-1(1)/"
    assert client.get(page).status_code == 404
    kept(officials.oscal())
    shown = client.get(page).content.decode()
    assert "<h1>Review</h1>" in shown and "<p>Look again.</p>" in shown
    assert "Known only from the imported file" in shown and "no finding rests on it" in shown


def test_a_withdrawn_entry_says_what_it_became(client) -> None:
    kept(officials.oscal())
    shown = client.get("/catalog/frameworks/nist-sp-800-53/AC-13/").content.decode()
    assert "Withdrawn" in shown
    assert 'it went into <a href="/catalog/frameworks/nist-sp-800-53/AC-1/">AC-1</a>' in shown


def test_the_page_of_a_framework_tells_what_was_imported_when_and_what_only_that_has(
    client,
) -> None:
    page = "/catalog/frameworks/nist-sp-800-53/"
    before = client.get(page)
    assert before.context["imports"] == () and "Imported" not in before.content.decode()
    kept(officials.oscal())
    answer = client.get(page)
    (found,) = answer.context["imports"]
    known = load().frameworks["nist-sp-800-53"].entries
    told = {row.entry for row in found.file.texts.all()}
    assert found.entries == len(told) == 4
    assert {one.entry for one in found.new} == told - set(known) >= {"AC-1(1)"}
    shown = answer.content.decode()
    day = found.file.imported_at
    assert f"{found.file.edition}, on {day.day} {day:%b %Y}" in shown and "theirs.yaml" in shown
    for one in found.new:
        link = reverse("catalog-listed", args=["nist-sp-800-53", one.entry])
        assert link in shown and client.get(link).status_code == 200


@pytest.mark.parametrize("path", ["nothing/AML.T0020/", "atlas/nothing/", "atlas/' OR 1/"])
def test_what_is_not_there_is_not_found(client, path) -> None:
    assert client.get(URL + path).status_code == 404
    assert client.get("/catalog/frameworks/" + path).status_code == 404


@pytest.mark.parametrize("layout", MADE)
def test_every_layout_can_be_kept_and_told(file, layout) -> None:
    content = as_json(MADE[layout]())
    run(file(content), "--yes")
    row = OfficialFile.objects.get()
    assert row.framework in load().frameworks
    assert row.texts.count() == len(read(content, "theirs.yaml").entries)
    assert run(file(content), "--dry-run").count("nothing is new, renamed, moved or retired")


@pytest.mark.skipif(not SOURCES, reason="BARTIZAN_CATALOG_SOURCES names no folder of real files")
def test_the_real_atlas_changes_nothing_that_is_shipped() -> None:
    said = run(f"{SOURCES}/mitre-atlas/ATLAS.yaml", "--yes")
    assert "69 sub-techniques, 35 mitigations, 57 case studies" in said
    assert "nothing is new, renamed, moved or retired" in said
    assert OfficialText.objects.count() == 278


def test_an_import_is_removed_by_its_name_and_nothing_else_goes() -> None:
    kept(officials.atlas_2026())
    kept(officials.cosai())
    names = [official.called(row) for row in OfficialFile.objects.order_by("framework")]
    out = io.StringIO()
    with pytest.raises(CommandError, match=f"imported is '{names[0]}'"):
        call_command("catalog", "remove", "nist", stdout=out)
    call_command("catalog", "remove", names[0], stdout=out)
    assert "Removed" in out.getvalue()
    assert [official.called(row) for row in OfficialFile.objects.all()] == names[1:]
    assert official.text_of("atlas", "AML.T0020") is None
    assert AuditEntry.objects.filter(action="official file removed").count() == 1
    with pytest.raises(CommandError, match="No one import"):
        call_command("catalog", "remove", stdout=out)


def test_the_search_finds_what_only_an_import_knows() -> None:
    value = officials.atlas_2026()
    value["techniques"]["AML.T9999"] = officials.tactic("AML.T9999", "Zorbing the classifier")
    client = cast.browser(cast.workspace()[1])
    path = reverse("catalog")
    assert b"Zorbing" not in client.get(path, {"q": "zorbing"}).content
    kept(value)
    ((framework,),) = OfficialFile.objects.values_list("framework")
    for asked in ({"q": "zorbing"}, {"q": "AML.T9999"}, {"q": "zorb", "framework": framework}):
        page = client.get(path, asked).content.decode()
        assert "Zorbing the classifier" in page and "imported" in page
        assert reverse("catalog-listed", args=[framework, "AML.T9999"]) in page
    assert b"Zorbing" not in client.get(path, {"q": "zorbing", "heading": "AML.TA0002"}).content
    # What a list has anyway is found once.
    page = client.get(path, {"q": "AML.T0020", "framework": framework}).content.decode()
    assert page.count(reverse("catalog-listed", args=[framework, "AML.T0020"])) == 1
