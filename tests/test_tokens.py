"""API tokens: shown once, stored as a hash, within their workspace, scope and time."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from tests import cast
from tests.cast import send
from threatmodel.models import AuditEntry, Member, Token
from threatmodel.services import members, tokens, workspaces

pytestmark = pytest.mark.django_db


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_is_shown_once_and_stored_as_a_hash(olga):
    client = cast.browser(olga[1])
    made = send(client, "post", "/api/v1/tokens/", {"name": "ci", "scope": "write"}).json()
    secret = made["secret"]
    listed = client.get("/api/v1/tokens/")
    assert secret not in listed.content.decode() and len(secret) >= 40
    assert secret not in str(list(Token.objects.values()))
    assert Client().get("/api/v1/systems/", headers=bearer(secret)).status_code == 200
    assert Token.objects.get().last_used_at is not None
    assert not AuditEntry.objects.filter(subject__contains=secret).exists()


def test_a_token_needs_no_csrf_token(olga):
    _, secret = tokens.create(*olga, name="w", scope="write")
    client = Client(enforce_csrf_checks=True)
    made = send(client, "post", "/api/v1/systems/", {"name": "x"}, headers=bearer(secret))
    assert made.status_code == 201


@pytest.mark.parametrize("scheme", ["bearer", "Token", "Basic", ""])
def test_only_the_bearer_scheme_counts(olga, scheme):
    _, secret = tokens.create(*olga, name="w", scope="write")
    headers = {"Authorization": f"{scheme} {secret}".strip()}
    assert Client().get("/api/v1/systems/", headers=headers).status_code == 401


def test_a_token_in_the_address_does_not_count(olga):
    _, secret = tokens.create(*olga, name="w", scope="write")
    assert Client().get(f"/api/v1/systems/?token={secret}").status_code == 401


def expire(token: Token) -> None:
    Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def revoke(token: Token) -> None:
    Token.objects.update(revoked_at=timezone.now())


def disable(token: Token) -> None:
    token.user.is_active = False
    token.user.save()


def remove(token: Token) -> None:
    cast.member(token.workspace, "owner", "other")
    row = Member.objects.get(user=token.user, workspace=token.workspace)
    members.remove(row, cast.Person(token.user))


@pytest.mark.parametrize("end", [expire, revoke, disable, remove])
def test_a_token_that_has_ended_opens_nothing(olga, end):
    token, secret = tokens.create(*olga, name="w", scope="write")
    end(token)
    assert Client().get("/api/v1/systems/", headers=bearer(secret)).status_code == 401


def test_a_token_sees_only_its_own_workspace(olga):
    other = workspaces.create(olga[1], name="Other")
    foreign = cast.system(other, olga[1])
    _, secret = tokens.create(*olga, name="w", scope="write")
    answer = Client().get(f"/api/v1/systems/{foreign.pk}/", headers=bearer(secret))
    assert answer.status_code == 404
    assert Client().get("/api/v1/workspaces/", headers=bearer(secret)).json()["count"] == 1
    assert cast.browser(olga[1]).get(f"/api/v1/systems/{foreign.pk}/").status_code == 200


def test_a_token_makes_no_tokens(olga):
    _, secret = tokens.create(*olga, name="w", scope="write")
    answer = send(Client(), "post", "/api/v1/tokens/", {"name": "x"}, headers=bearer(secret))
    assert answer.status_code == 400 and Token.objects.count() == 1


def test_a_token_acts_with_what_its_person_may_do_now(olga):
    editor = cast.member(olga[0], "editor")
    _, secret = tokens.create(olga[0], editor, name="w", scope="write")
    Member.objects.filter(user=editor.user).update(role="viewer")
    answer = send(Client(), "post", "/api/v1/systems/", {"name": "x"}, headers=bearer(secret))
    assert answer.status_code == 403


def test_the_operator_makes_a_token_from_the_command_line(olga):
    out = StringIO()
    call_command("token", "olga", scope="read", stdout=out)
    secret = out.getvalue().strip()
    assert Client().get("/api/v1/systems/", headers=bearer(secret)).status_code == 200
    answer = send(Client(), "post", "/api/v1/systems/", {"name": "x"}, headers=bearer(secret))
    assert answer.status_code == 403


def test_the_command_makes_no_token_where_its_person_has_no_place(olga):
    other, _ = cast.workspace("mallory")
    with pytest.raises(CommandError):
        call_command("token", "olga", workspace=str(other.pk))
    User.objects.create_user("nomad")
    with pytest.raises(CommandError):
        call_command("token", "nomad")
    with pytest.raises(CommandError, match="no user 'nobody'"):
        call_command("token", "nobody")
    assert not Token.objects.exists()
