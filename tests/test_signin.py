"""Ways in: links that count once, invites, passwords, and no open door."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import get_hasher
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests import cast
from tests.cast import send
from threatmodel.models import AuditEntry, Invite, Member, SigninLink, Workspace
from threatmodel.services import members, signin
from threatmodel.services.refusal import Refusal

pytestmark = pytest.mark.django_db


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def signed_in(client) -> bool:
    return "_auth_user_id" in client.session


def test_opening_a_link_spends_nothing_and_pressing_its_button_signs_in_once(olga):
    path = path_of(signin.make_link(olga[1].user))
    preview = cast.browser()
    assert preview.get(path).status_code == 200 and not signed_in(preview)
    person = cast.browser()
    assert person.post(path).status_code == 302 and signed_in(person)
    late = cast.browser()
    assert late.post(path).status_code == 410 and not signed_in(late)
    assert AuditEntry.objects.filter(action="signed in", by=olga[1].user).count() == 1


def test_a_link_is_stored_as_a_hash_and_ends_after_fifteen_minutes(olga):
    link = signin.make_link(olga[1].user)
    row = SigninLink.objects.get()
    assert row.digest not in link
    assert row.expires_at - timezone.now() <= timedelta(minutes=15)
    SigninLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert cast.browser().post(path_of(link)).status_code == 410


def test_a_link_of_a_disabled_user_opens_nothing(olga):
    link = signin.make_link(olga[1].user)
    User.objects.update(is_active=False)
    assert cast.browser().get(path_of(link)).status_code == 410


def test_a_link_pressed_from_elsewhere_opens_nothing(olga):
    path = path_of(signin.make_link(olga[1].user))
    client = cast.browser(csrf=True)
    assert client.post(path).status_code == 403 and not signed_in(client)


@pytest.mark.parametrize("password", ["short", "password1234", "olga-olga-olga"])
def test_a_weak_password_is_refused(olga, password):
    user = User(username="olga-olga-olga")
    with pytest.raises(Refusal):
        signin.set_password(user, password)


def test_the_first_owner_is_made_once_and_without_a_password():
    out = StringIO()
    call_command("owner", stdout=out)
    owner = User.objects.get()
    assert owner.username == "owner" and not owner.has_usable_password()
    assert Member.objects.get(user=owner).role == "owner"
    assert cast.browser().post(path_of(out.getvalue().strip())).status_code == 302
    call_command("owner")
    assert User.objects.count() == 1 and Workspace.objects.count() == 1


def test_the_operator_makes_a_link_for_a_user_by_name(olga):
    out = StringIO()
    call_command("signin-link", "olga", stdout=out)
    assert cast.browser().get(path_of(out.getvalue().strip())).status_code == 200
    with pytest.raises(CommandError, match="no user"):
        call_command("signin-link", "nobody")


def test_nobody_signs_up_without_an_invite():
    client = cast.browser()
    body = {"username": "eve", "password1": "long enough words", "password2": "long enough words"}
    client.post("/accounts/signup/", body)
    assert not User.objects.filter(username="eve").exists()


def test_a_password_signs_in_and_a_wrong_one_soon_has_to_wait(olga):
    olga[1].user.set_password("the right long words")
    olga[1].user.save()
    client = cast.browser()
    answers = [
        client.post("/accounts/login/", {"login": "olga", "password": f"wrong words {i}"})
        for i in range(12)
    ]
    assert not signed_in(client)
    assert answers[-1].status_code == 429 or b"too many" in answers[-1].content.lower()
    cache.clear()
    client.post("/accounts/login/", {"login": "olga", "password": "the right long words"})
    assert signed_in(client)
    assert AuditEntry.objects.filter(action="signed in", subject="by password").exists()


@pytest.mark.parametrize(
    "who", ["olga", "olga@example.org", "paul", "paul@example.org", "eve", "eve@example.org"]
)
def test_a_refusal_takes_as_long_for_nobody_as_for_somebody(olga, who, monkeypatch):
    olga[1].user.set_password("the right long words")
    olga[1].user.save()
    cast.member(olga[0], "viewer", "paul")  # comes in by links alone
    kind, checks = type(get_hasher()), list[str]()
    real = kind.encode

    def encode(self: object, password: str, *rest: object) -> str:
        checks.append(password)
        return str(real(self, password, *rest))

    monkeypatch.setattr(kind, "encode", encode)
    cast.browser().post("/accounts/login/", {"login": who, "password": "wrong words"})
    assert len(checks) == 1, "each takes half a second, which a stranger can measure"


@pytest.mark.parametrize("login", ["olga", "olga@example.org", "a@b"])
def test_a_name_and_an_address_sign_in_even_where_one_looks_like_the_other(olga, login):
    User.objects.create_user("eve", "a@b")
    User.objects.create_user("a@b", password="the right long words")
    olga[1].user.set_password("the right long words")
    olga[1].user.save()
    client = cast.browser()
    client.post("/accounts/login/", {"login": login, "password": "the right long words"})
    assert signed_in(client)


def test_a_second_factor_is_offered_though_nobody_confirmed_the_address(olga):
    olga[1].user.set_password("the right long words")
    olga[1].user.save()
    client = cast.browser(olga[1])
    EmailAddress.objects.create(user=olga[1].user, email="olga@example.org", primary=True)
    client.post("/accounts/reauthenticate/", {"password": "the right long words"})
    assert client.get("/accounts/2fa/").status_code == 200
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200 and "data:image/svg+xml" in page.content.decode()


@pytest.mark.parametrize("next", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_signing_in_never_leads_elsewhere(olga, next):
    olga[1].user.set_password("the right long words")
    olga[1].user.save()
    body = {"login": "olga", "password": "the right long words", "next": next}
    answer = cast.browser().post("/accounts/login/", body)
    assert "evil" not in answer.headers.get("Location", "")


def test_an_invite_lets_one_person_in_once(olga):
    row, secret = members.invite(*olga, role="editor")
    assert row.digest != secret
    user = User.objects.create_user("new")
    joined = send(
        cast.browser(cast.Person(user)), "post", "/api/v1/invites/accept/", {"secret": secret}
    )
    assert joined.status_code == 201 and joined.json()["role"] == "editor"
    other = cast.Person(User.objects.create_user("late"))
    late = send(cast.browser(other), "post", "/api/v1/invites/accept/", {"secret": secret})
    assert late.status_code == 410
    assert not Member.objects.filter(user=other.user).exists()


@pytest.mark.parametrize("lost", ["membership", "role", "account"])
def test_an_invite_ends_with_the_right_of_who_made_it(olga, lost):
    bea = cast.member(olga[0], "owner", "bea")
    _, secret = members.invite(olga[0], bea, role="owner")
    client = cast.browser(bea)
    if lost == "membership":
        members.remove(bea.user.memberships.get(), olga[1])
    elif lost == "role":
        members.change_role(bea.user.memberships.get(), olga[1], "approver")
    else:
        bea.user.is_active = False
        bea.user.save()
        client = cast.browser(cast.Person(User.objects.create_user("new")))
    accepted = send(client, "post", "/api/v1/invites/accept/", {"secret": secret})
    assert (accepted.status_code, client.get(f"/join/{secret}/").status_code) == (410, 410)
    assert not Member.objects.filter(role="owner").exclude(user__in=[olga[1].user, bea.user])
    assert Member.objects.filter(user=bea.user, role="owner").exists() == (lost == "account")


def test_an_invite_for_an_address_is_for_that_address(olga):
    _, secret = members.invite(*olga, role="viewer", email="ann@example.org")
    with pytest.raises(Refusal, match="another e-mail"):
        members.join(secret, User.objects.create_user("eve", "eve@example.org"))
    assert members.join(secret, User.objects.create_user("ann", "Ann@example.org")).role == "viewer"


def test_an_invite_ends(olga):
    _, secret = members.invite(*olga, role="viewer")
    Invite.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(Refusal, match="ended"):
        members.find_invite(secret)


def test_an_invite_does_not_lift_the_role_of_a_member(olga):
    viewer = cast.member(olga[0], "viewer")
    _, secret = members.invite(*olga, role="owner")
    assert members.join(secret, viewer.user).role == "viewer"


def test_the_last_owner_stays(olga):
    row = Member.objects.get(user=olga[1].user)
    client = cast.browser(olga[1])
    path = f"/api/v1/members/{row.pk}/"
    assert send(client, "patch", path, {"role": "viewer"}).status_code == 400
    assert client.delete(path).status_code == 400
    assert Member.objects.get(pk=row.pk).role == "owner"


def test_every_answer_carries_its_guards(olga):
    for path in ("/accounts/login/", "/healthz", "/api/v1/systems/", "/no-such-page"):
        answer = cast.browser(olga[1]).get(path)
        policy = answer["Content-Security-Policy"]
        assert "object-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe-inline" not in policy.split("script-src", 1)[1].split(";")[0]
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"] or "no-cache" in answer["Cache-Control"]
        assert not answer.has_header("Access-Control-Allow-Origin")


def test_a_guest_comes_to_one_system_and_may_be_made_a_member(olga):
    workspace, by = olga
    system, ann = cast.system(workspace, by), User.objects.create_user("ann")
    _, secret = members.invite(workspace, by, role="guest", system=system)
    guest = members.join(secret, ann)
    assert (guest.role, guest.system) == ("guest", system)
    assert workspace.audit.latest("at").action == "member joined"
    with pytest.raises(Refusal):
        members.change_role(guest, by, "guest")
    member = members.change_role(guest, by, "editor")
    assert (member.role, member.system) == ("editor", None)


def test_a_guest_who_is_invited_again_takes_the_new_role(olga):
    workspace, by = olga
    system, ann = cast.system(workspace, by), User.objects.create_user("ann")
    for role, visited in (("guest", system), ("viewer", None), ("guest", system)):
        _, secret = members.invite(workspace, by, role=role, system=visited)
        members.join(secret, ann)
    member = ann.memberships.get()
    assert (member.role, member.system) == ("viewer", None), "a member does not become a guest"


@pytest.mark.parametrize(("role", "named"), [("guest", False), ("editor", True)])
def test_an_invite_names_a_system_for_a_guest_and_for_nobody_else(olga, role, named):
    system = cast.system(*olga)
    with pytest.raises(Refusal, match="system"):
        members.invite(*olga, role=role, system=system if named else None)


def test_a_facilitator_invites_guests_alone(olga):
    workspace, by = olga
    system = cast.system(workspace, by)
    members.invite(workspace, by, role="owner")
    host = cast.browser(cast.member(workspace, "facilitator"))
    asked = {"role": "guest", "system": str(system.pk)}
    assert send(host, "post", "/api/v1/invites/", asked).status_code == 201
    assert send(host, "post", "/api/v1/invites/", asked | {"role": "owner"}).status_code == 403
    listed = host.get(f"/api/v1/invites/?workspace={workspace.pk}").json()["results"]
    assert [row["role"] for row in listed] == ["guest"]
    page = host.post(f"/workspaces/{workspace.pk}/invite/", asked).content.decode()
    assert "guest of Scoring" in page and 'value="owner"' not in page


def test_who_signs_out_is_noted_and_signed_out(olga):
    browser = cast.browser(olga[1])
    assert browser.post("/accounts/logout/").status_code == 302
    assert AuditEntry.objects.filter(action="signed out", by=olga[1].user).count() == 1
    assert browser.get("/").status_code == 302
