"""Views of a register that are kept: another name, for everybody or not, by who made them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import cast
from threatmodel.models import SavedView

pytestmark = pytest.mark.django_db


def test_a_view_of_one_s_own_gets_another_name_and_is_shared_by_who_may(olga):
    system, client = cast.system(*olga), cast.browser(olga[1])
    keep = reverse("view-keep", args=[system.pk])
    client.post(keep, {"name": "Grave", "query": "level=high"})
    client.post(keep, {"name": "Open", "query": "treatment=open"})
    grave = SavedView.objects.get(name="Grave")
    change = reverse("view-change", args=[grave.pk])
    values = {"name": " Gravest ", "shared": "on", "query": "treatment=open&next=//evil.example"}
    back = client.post(change, values)
    assert back["Location"] == reverse("findings", args=[system.pk]) + "?treatment=open"
    grave.refresh_from_db()
    assert (grave.name, grave.query, grave.shared) == ("Gravest", "level=high", True)
    assert "The view is called Gravest now." in client.get(back["Location"]).content.decode()
    client.post(change, {"name": "Open"})
    grave.refresh_from_db()
    assert grave.name == "Gravest"
    assert "Another view of yours is called Open" in client.get("/").content.decode()
    client.post(change, {"name": "   "})
    assert not SavedView.objects.filter(name="").exists()


def test_nobody_changes_another_s_view_and_a_viewer_shares_none(olga):
    system, client = cast.system(*olga), cast.browser(olga[1])
    client.post(reverse("view-keep", args=[system.pk]), {"name": "Ours", "shared": "on"})
    viewer = cast.browser(cast.member(olga[0], "viewer"))
    ours = reverse("view-change", args=[SavedView.objects.get(name="Ours").pk])
    assert viewer.post(ours, {"name": "Theirs"}).status_code == 403
    assert cast.browser(cast.outsider()).post(ours, {"name": "Theirs"}).status_code == 404
    for keep in (
        reverse("view-keep", args=[system.pk]),
        reverse("register-view", args=[olga[0].pk]),
    ):
        viewer.post(keep, {"name": "Mine"})
        mine = SavedView.objects.latest("at")
        change = reverse("view-change", args=[mine.pk])
        assert viewer.post(change, {"name": "Mine", "shared": "on"}).status_code == 403
        assert viewer.post(change, {"name": "Mine still"}).status_code == 302
        mine.refresh_from_db()
        assert (mine.name, mine.shared) == ("Mine still", False)
