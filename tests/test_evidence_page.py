"""The ledger: where each measurement came from, what it weighs, and who vouches for it."""

from __future__ import annotations

import json
import pickle
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests import cast
from tests.linking import link
from tests.stored import stored
from tests.test_brought import ART_RESULT
from threatmodel.models import AuditEntry, SigningKey
from threatmodel.robustness import signing as signatures
from threatmodel.services import signing
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db


class Evil:
    def __reduce__(self):
        return eval, ("1",)


def page(client, system) -> str:
    html = client.get(reverse("evidence", args=[system.pk])).content.decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def bring(client, system, data: object = ART_RESULT, **more: object):
    file = SimpleUploadedFile("art.json", json.dumps(data).encode())
    path = reverse("bring-evidence", args=[system.pk])
    return client.post(path, {"element": "c-api", "file": file} | more, follow=True)


def test_an_empty_ledger_says_what_will_stand_there(client, system):
    assert "Nothing has been measured yet" in page(client, system)


def test_a_measurement_is_shown_with_its_origin_and_why_it_weighs_nothing(client, olga, system):
    link(system, olga[1])
    told = bring(client, system).content.decode()
    assert "Left out: Frost" in told
    shown = page(client, system)
    for words in ("ART 1.20.1", "art.json", "30 of 40 fell", "names no model", "by olga"):
        assert words in shown
    assert "weighs nothing until an approver adopts it" in shown
    row = system.evidence.get()
    client.post(reverse("adopt", args=[row.pk]))
    shown = page(client, system)
    assert "Adopted by olga" in shown and "weighs 100" in shown and "stands now" in shown


def test_a_file_that_is_refused_is_told_and_nothing_is_kept(client, system):
    assert "no result of garak" in bring(client, system, {"x": 1}).content.decode()
    path = reverse("bring-evidence", args=[system.pk])
    assert "Choose the file" in client.post(path, {}, follow=True).content.decode()
    assert "no such component" in bring(client, system, element="c-none").content.decode()
    assert not system.evidence.exists()


def test_a_scanned_file_is_told_and_not_kept(client, system, settings):
    settings.ALLOW_BASIC_SANDBOX = True
    path, harmless = reverse("scan-artefact", args=[system.pk]), pickle.dumps({"w": 1.0})
    for content in (pickle.dumps(Evil()), harmless, b"PK\x03\x04 damaged"):
        client.post(path, {"element": "c-api", "file": SimpleUploadedFile("model.pkl", content)})
    shown = page(client, system)
    assert "dangerous would call builtins.eval" in shown.replace("  ", " ")
    assert "1 of 1 fell" in shown and "0 of 1 fell" in shown
    assert "the scanned file" in shown and "another model" not in shown
    assert system.evidence.count() == 2
    assert not [name for name in stored() if name.endswith(".pkl")]
    (moved,) = system.findings.filter(threat="unsafe-model-load", element="c-api") or (None,)
    assert moved is None or moved.verdict == "broken"


def test_a_viewer_reads_the_ledger_and_neither_adopts_nor_makes_keys(olga, system):
    bring(cast.browser(olga[1]), system)
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    shown = page(viewer, system)
    assert "An approver may adopt it" in shown and "Signing keys" not in shown
    assert viewer.post(reverse("signing-key-make", args=[system.pk]), {"purpose": "x"}).status_code
    assert not SigningKey.objects.exists()


def test_a_key_is_shown_once_and_only_its_public_half_is_kept(client, olga, system):
    made = client.post(reverse("signing-key-make", args=[system.pk]), {"purpose": "lab"})
    (private,) = set(re.findall(r"bartizan-key-[\w-]+", made.content.decode()))
    key = SigningKey.objects.get()
    assert signatures.public_of(private) == key.public
    assert private not in json.dumps(list(SigningKey.objects.values()), default=str)
    assert "bartizan-key-" not in page(client, system)
    client.post(reverse("signing-key-revoke", args=[key.pk]))
    assert "revoked" in page(client, system)
    assert client.post(reverse("signing-key-revoke", args=[key.pk])).status_code == 404
    told = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"signing key made", "signing key revoked"} <= told


def test_a_key_needs_a_name_and_there_are_not_endlessly_many(olga, monkeypatch):
    with pytest.raises(Refusal, match="what the key is for"):
        signing.make(*olga, " ")
    monkeypatch.setattr(signing, "MOST_KEYS", 1)
    signing.make(*olga, "one")
    with pytest.raises(Refusal, match="at most"):
        signing.make(*olga, "two")


def test_the_tests_page_leads_to_the_ledger(client, system):
    bring(client, system)
    shown = client.get(reverse("tests", args=[system.pk])).content.decode()
    assert reverse("evidence", args=[system.pk]) in shown and "1 from elsewhere" in shown
