"""The only way from a person and an id to a row.

A row of another workspace does not exist for the person (`NotFound`, 404); a right that the
person's role lacks is said so (`Forbidden`, 403). For a guest nothing exists but one system: not
the others of its workspace, nor the workspace. Nothing else in the project looks rows up by id on
behalf of somebody, so this is the one place to get rights right.
"""

from __future__ import annotations

from .contents import (
    alert,
    alerts_in,
    baseline,
    baselines,
    comment,
    elements_in,
    evidence,
    evidence_of,
    findings_in,
    late_in,
    linked_model,
    mentions,
    mitigation,
    own_comment,
    owners_in,
    report,
    run,
    saved_view,
    saved_views,
    schedule,
    workshop,
    workshops,
)
from .keys import invite, invites, inviting, member, signing_key, signing_keys, token, usable
from .places import (
    audit,
    home,
    members,
    own_catalog,
    own_catalogs,
    people_of,
    system,
    systems,
    workspace,
    workspaces,
)
from .published import official_files, official_texts
from .rights import RIGHTS, Forbidden, NotFound, Person, Right, person, uuid_of
from .standing import holders, roles, signed_in

__all__ = [
    "Forbidden",
    "NotFound",
    "Person",
    "RIGHTS",
    "Right",
    "alert",
    "alerts_in",
    "audit",
    "baseline",
    "baselines",
    "comment",
    "elements_in",
    "evidence",
    "evidence_of",
    "findings_in",
    "holders",
    "home",
    "invite",
    "invites",
    "inviting",
    "late_in",
    "linked_model",
    "member",
    "members",
    "mentions",
    "mitigation",
    "official_files",
    "official_texts",
    "own_catalog",
    "own_catalogs",
    "own_comment",
    "owners_in",
    "people_of",
    "person",
    "report",
    "roles",
    "run",
    "saved_view",
    "saved_views",
    "schedule",
    "signed_in",
    "signing_key",
    "signing_keys",
    "system",
    "systems",
    "token",
    "usable",
    "uuid_of",
    "workshop",
    "workshops",
    "workspace",
    "workspaces",
]
