"""Comments: said, answered, resolved, taken back; told to the room after the commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from threatmodel import events, gate
from threatmodel.gate import Person
from threatmodel.models import Comment, Mention, System

from .refusal import Refusal

MAX_TEXT = 10_000
MAX_MENTIONS = 50
MAX_COMMENTS = 5_000
DRAWN = ("component", "flow", "zone", "note", "asset")
# What is said about a mitigation names it by this and its id.
MITIGATION = "mitigation:"


@transaction.atomic
def say(
    system: System,
    by: Person,
    *,
    text: str,
    about: str = "",
    thread: object = None,
    mentions: Sequence[int] = (),
) -> Comment:
    """Begin a thread about something, or answer one; an answer opens a resolved thread again."""
    if system.comments.filter(removed_at=None).count() >= MAX_COMMENTS:
        raise Refusal(f"A system has at most {MAX_COMMENTS} comments", code="limit")
    first = _first(system, thread) if thread is not None else None
    subject = first.about if first else _subject(system, about)
    row = Comment(system=system, thread=first, about=subject, by=by.user, by_name=by.name)
    row.text = _words(text)
    row.save(force_insert=True)
    _mention(row, by, mentions)
    if first is not None and first.resolved_at is not None:
        _resolve(first, "", None)
    return _told(row)


@transaction.atomic
def change(comment: Comment, by: Person, *, text: str, mentions: Sequence[int] = ()) -> Comment:
    """Say it otherwise; who was named before and has read it is not asked again."""
    comment.text, comment.edited_at = _words(text), timezone.now()
    comment.save()
    comment.mentions.exclude(user__in=list(mentions)).delete()
    _mention(comment, by, mentions)
    return _told(comment)


@transaction.atomic
def remove(comment: Comment) -> Comment:
    """Take it back: the words are gone for good, answers to it stay."""
    comment.text, comment.removed_at = "", timezone.now()
    comment.save()
    comment.mentions.all().delete()
    return _told(comment)


@transaction.atomic
def resolve(comment: Comment, by: Person, *, resolved: bool) -> Comment:
    """Close a thread as settled, or open it again."""
    if comment.thread_id is not None:
        raise Refusal("Resolve the comment that began the thread", code="invalid")
    if resolved != (comment.resolved_at is not None):
        _resolve(comment, by.name if resolved else "", timezone.now() if resolved else None)
    return comment


def read(comment: Comment, by: Person) -> None:
    """The person has seen the thread: nothing in it waits on their Home any more."""
    first = comment.thread_id or comment.pk
    mine = Mention.objects.filter(user=by.user, read_at=None)
    for one in (mine.filter(comment=first), mine.filter(comment__thread=first)):
        one.update(read_at=timezone.now())


def latest(system: System) -> datetime | None:
    """When the talk about a system last changed: who knows an earlier time has missed something."""
    changed = Comment.objects.filter(system=system).order_by("-changed_at")
    return changed.values_list("changed_at", flat=True).first()


def row(one: Comment) -> dict[str, Any]:
    """A comment as REST and rooms tell it, the same for everybody."""
    mentioned = [] if one.removed_at else one.mentions.all()
    resolved = one.resolved_at and {"by": one.resolved_by, "at": one.resolved_at}
    return {
        "id": str(one.pk),
        "about": one.about,
        "thread": str(one.thread_id) if one.thread_id else None,
        "text": one.text,
        "by": {"id": one.by_id, "name": one.by_name},
        "mentions": [{"id": named.user_id, "name": name(named.user)} for named in mentioned],
        "at": one.at,
        "edited_at": one.edited_at,
        "changed_at": one.changed_at,
        "resolved": resolved or None,
        "removed": one.removed_at is not None,
    }


def name(user: User) -> str:
    return Person(user).name


def _first(system: System, thread: object) -> Comment:
    found = system.comments.filter(pk=gate.uuid_of(thread), thread=None, removed_at=None).first()
    if found is None:
        raise Refusal("There is no such thread in this system", field="thread", code="missing")
    return found


def _subject(system: System, about: str) -> str:
    """What it is about, if that is there to be talked about."""
    if about.startswith(MITIGATION):
        found = system.mitigations.filter(pk=gate.uuid_of(about.removeprefix(MITIGATION)))
        if found.filter(deleted_at=None).exists():
            return about
    drawn = system.elements.filter(element_id=about, kind__in=DRAWN, removed_at=None)
    if about and not drawn.exists() and not system.findings.filter(key=about).exists():
        message = "about names an element, a finding or a mitigation of this system, or is empty"
        raise Refusal(message, field="about", code="missing")
    return about


def _words(text: str) -> str:
    words = text.strip()
    if not words:
        raise Refusal("Say something: the comment has no text", field="text")
    if len(words) > MAX_TEXT:
        raise Refusal(f"A comment has at most {MAX_TEXT} characters", field="text", code="limit")
    return words


def _mention(comment: Comment, by: Person, users: Iterable[int]) -> None:
    wanted = set(users)
    if len(wanted) > MAX_MENTIONS:
        message = f"A comment names at most {MAX_MENTIONS} people"
        raise Refusal(message, field="mentions", code="limit")
    known = {user.pk for user in gate.people_of(by, comment.system)}
    if not wanted <= known:
        message = "mentions names people who can read this system, by their ids"
        raise Refusal(message, field="mentions", code="missing")
    named = set(comment.mentions.values_list("user_id", flat=True))
    new = sorted(wanted - named)
    Mention.objects.bulk_create([Mention(comment=comment, user_id=id) for id in new])


def _resolve(comment: Comment, by: str, at: datetime | None) -> None:
    comment.resolved_by, comment.resolved_at = by, at
    comment.save()
    _told(comment)


def _told(comment: Comment) -> Comment:
    events.after_commit(comment.system_id, {"t": "comment", "comment": row(comment)})
    return comment
