"""Every route of ours, and who may use it. A route that is not here fails `test_gate`.

`who` is the least role that may (a guest is one of `{system}`), 'person' for anybody signed in,
'anyone' for everybody. Braces name ids of `World`; `body` is what is sent: a dict as JSON, or as a
form where `form` is set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANYONE, PERSON = "anyone", "person"
ROLES = ("guest", "viewer", "editor", "facilitator", "approver", "owner")

_FIRST = ("system", "model", "run", "evidence", "mitigation", "report", "baseline")
OF_SYSTEM = (*_FIRST, "attachment", "ticket", "schedule", "alert", "view", "workshop", "comment")


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    who: str
    body: dict[str, Any] | None = None
    form: bool = False
    spends: bool = False
    also: tuple[int, ...] = field(default=())

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def hidden_from_guests(self) -> bool:
        """Whether it is about something else than the one system that a guest may see."""
        named = f"{self.path} {self.body}"
        return not any(f"{{{name}}}" in named for name in OF_SYSTEM)


def get(path: str, who: str, **more: Any) -> Route:
    return Route("get", path, who, **more)


def post(path: str, who: str, body: dict[str, Any] | None = None, **more: Any) -> Route:
    return Route("post", path, who, body or {}, **more)


def patch(path: str, who: str, body: dict[str, Any], **more: Any) -> Route:
    return Route("patch", path, who, body, **more)


def delete(path: str, who: str) -> Route:
    return Route("delete", path, who, spends=True)


def page(method: str, path: str, who: str, **more: Any) -> Route:
    return Route(method, path, who, {} if method == "post" else None, form=True, **more)


SYSTEM = "/api/v1/systems/{system}/"
NAME = {"changes": [{"kind": "component", "id": "c-api", "set": {"name": "Renamed"}}]}
MODEL = {"system": "{system}", "component": "c-api", "model": "FILE", "data": "FILE"}
CONSENT = {
    "statement": "We run this endpoint ourselves.",
    "until": "2031-01-01",
    "requests_per_run": 1,
    "rows_per_run": 1,
    "requests_per_day": 1,
    "rows_per_day": 1,
}
WORKSHOP = "/api/v1/workshops/{workshop}/"
WORKSPACE = "/api/v1/workspaces/{workspace}/"
MITIGATION = SYSTEM + "mitigations/{mitigation}/"
TRACKER = {"kind": "webhook", "url": "https://example.org", "secret": "s" * 20}
PREVIEW = {"control": "query-rate-limit", "findings": ["{finding}"]}
EVEN = ["low", "moderate", "high"]
DECISION = {"finding": "{finding}", "reason": "because"}

REST = [
    get("/api/v1/schema/", PERSON),
    get("/api/v1/workspaces/", PERSON),
    post("/api/v1/workspaces/", PERSON, {"name": "Another"}),
    get("/api/v1/workspaces/{workspace}/", "viewer"),
    patch("/api/v1/workspaces/{workspace}/", "owner", {"name": "Renamed"}),
    get("/api/v1/workspaces/{workspace}/catalog/", "viewer"),
    post("/api/v1/workspaces/{workspace}/catalog/", "owner", {"file": "FILE"}, form=True),
    delete("/api/v1/workspaces/{workspace}/catalog/", "owner"),
    get("/api/v1/members/?workspace={workspace}", "viewer"),
    patch("/api/v1/members/{member}/", "owner", {"role": "editor"}),
    delete("/api/v1/members/{member}/", "owner"),
    get("/api/v1/invites/?workspace={workspace}", "facilitator"),
    post("/api/v1/invites/", "owner", {"workspace": "{workspace}", "role": "editor"}),
    post("/api/v1/invites/", "facilitator", {"system": "{system}", "role": "guest"}),
    delete("/api/v1/invites/{invite}/", "owner"),
    delete("/api/v1/invites/{guest_invite}/", "facilitator"),
    post("/api/v1/invites/accept/", PERSON, {"secret": "no such secret"}, also=(410,)),
    get("/api/v1/tokens/?workspace={workspace}", "owner"),
    post("/api/v1/tokens/", "owner", {"workspace": "{workspace}", "name": "ci"}),
    delete("/api/v1/tokens/{token}/", "owner"),
    get("/api/v1/audit/?workspace={workspace}", "viewer"),
    get("/api/v1/systems/", PERSON),
    post("/api/v1/systems/", "editor", {"workspace": "{workspace}", "name": "New"}),
    post(
        "/api/v1/systems/import/", "editor", {"workspace": "{workspace}", "file": "FILE"}, form=True
    ),
    get(SYSTEM, "guest"),
    patch(SYSTEM, "editor", {"name": "Renamed"}),
    delete(SYSTEM, "owner"),
    post("/api/v1/systems/{deleted}/undelete/", "owner", spends=True),
    get(SYSTEM + "catalog/", "guest"),
    post(SYSTEM + "catalog/", "owner", {"to": "0"}),
    get(SYSTEM + "document/", "guest"),
    post(SYSTEM + "operations/", "editor", {"id": "{new}", **NAME}),
    post(SYSTEM + "undo/", "editor", {"op": "{op}"}),
    post(SYSTEM + "restore/", "editor", {"revision": 1}),
    get(SYSTEM + "log/", "guest"),
    get(SYSTEM + "log/1/", "guest"),
    get(SYSTEM + "baselines/", "guest"),
    post(SYSTEM + "baselines/", "facilitator", {"name": "Approved"}, also=(409,)),
    get("/api/v1/baselines/{baseline}/", "guest"),
    get(SYSTEM + "compare/?from=0", "guest"),
    post(SYSTEM + "branch/", "editor", {"revision": 1}),
    get(SYSTEM + "line/", "guest"),
    post(SYSTEM + "line/", "guest", {"t": "hello", "revision": 1}),
    get(SYSTEM + "diagram.svg", "guest"),
    get(SYSTEM + "diagram.png", "guest"),
    get(SYSTEM + "findings/", "guest"),
    get(SYSTEM + "findings/{finding}/", "guest"),
    get(SYSTEM + "explain/{threat}/c-api/", "guest"),
    get(SYSTEM + "questions/", "guest"),
    get(SYSTEM + "coverage/", "guest"),
    get(SYSTEM + "coverage/?framework=atlas", "guest"),
    get(SYSTEM + "paths/", "guest"),
    get(SYSTEM + "plan/", "guest"),
    get(SYSTEM + "coverage/", "guest"),
    get(SYSTEM + "coverage/?framework=atlas", "guest"),
    post(SYSTEM + "scenarios/", "editor", {"title": "What about X?", "element": "c-api"}),
    get(SYSTEM + "decisions/", "guest"),
    post(SYSTEM + "decisions/", "approver", {**DECISION, "action": "accept"}),
    post(SYSTEM + "decisions/", "approver", {**DECISION, "action": "dismiss"}),
    post(SYSTEM + "decisions/", "editor", {**DECISION, "action": "rate", "impact": "low"}),
    get(SYSTEM + "mitigations/", "guest"),
    post(SYSTEM + "mitigations/", "editor", {"title": "Do it", "findings": ["{finding}"]}),
    post(SYSTEM + "mitigations/", "approver", {"title": "Done", "status": "verified"}),
    get(SYSTEM + "mitigations/{mitigation}/", "guest"),
    patch(SYSTEM + "mitigations/{mitigation}/", "editor", {"version": 1, "owner": "Ann"}),
    delete(SYSTEM + "mitigations/{mitigation}/", "editor"),
    post(SYSTEM + "mitigations/preview/", "editor", PREVIEW),
    get(MITIGATION + "preview/", "guest", also=(400,)),
    get(MITIGATION + "proof/", "guest"),
    get(MITIGATION + "attachments/", "guest"),
    post(MITIGATION + "attachments/", "editor", {"file": "FILE"}, form=True),
    get("/api/v1/attachments/{attachment}/", "guest"),
    delete("/api/v1/attachments/{attachment}/", "editor"),
    get(MITIGATION + "tickets/", "guest"),
    post(MITIGATION + "tickets/", "editor", {"url": "https://example.org/2"}),
    get("/api/v1/tickets/{ticket}/", "guest"),
    delete("/api/v1/tickets/{ticket}/", "editor"),
    post("/api/v1/tickets/{ticket}/read/", "editor"),
    get("/api/v1/tickets/{ticket}/push/", "guest", also=(404,)),
    post("/api/v1/tickets/{ticket}/push/", "editor", also=(409,)),
    get("/api/v1/trackers/?workspace={workspace}", "editor"),
    post("/api/v1/trackers/", "owner", {"workspace": "{workspace}", **TRACKER}),
    delete("/api/v1/trackers/{tracker}/", "owner"),
    post("/api/v1/trackers/{tracker}/try/", "owner"),
    get("/api/v1/deliveries/?workspace={workspace}", "owner"),
    post("/api/v1/deliveries/{delivery}/again/", "owner", also=(409,)),
    get(SYSTEM + "evidence/", "guest"),
    post(
        SYSTEM + "evidence/",
        "editor",
        {"element": "c-api", "test": "t", "family": "f", "handled": 40, "broken": 1},
    ),
    post(SYSTEM + "evidence/scan/", "editor", {"element": "c-api", "file": "FILE"}, form=True),
    post("/api/v1/evidence/{evidence}/adopt/", "approver"),
    get(SYSTEM + "comments/", "guest"),
    post(SYSTEM + "comments/", "guest", {"text": "Is this so?", "about": "c-api"}),
    get(SYSTEM + "people/", "guest"),
    get("/api/v1/comments/{comment}/", "guest"),
    patch("/api/v1/comments/{comment}/", "owner", {"text": "Otherwise"}),
    delete("/api/v1/comments/{comment}/", "owner"),
    post("/api/v1/comments/{comment}/resolve/", "guest", {"resolved": True}),
    post("/api/v1/comments/{comment}/read/", "guest"),
    get("/api/v1/notices/", PERSON),
    post("/api/v1/notices/read/", PERSON),
    get("/api/v1/notices/wishes/", PERSON),
    Route("put", "/api/v1/notices/wishes/", PERSON, {"by_mail": False, "wanted": ["due"]}),
    get(SYSTEM + "workshops/", "guest"),
    post(SYSTEM + "workshops/", "facilitator", {"title": "Another"}, also=(409,)),
    get(WORKSHOP, "guest"),
    patch(WORKSHOP, "facilitator", {"step": 1}, also=(409,)),
    post(WORKSHOP + "join/", "guest", {"discipline": "security"}),
    post(WORKSHOP + "vote/", "guest", {"round": "{round}", "initiation": EVEN, "impact": EVEN}),
    post(WORKSHOP + "notes/", "guest", {"text": "Later"}),
    post(WORKSHOP + "lead/", "facilitator"),
    post(WORKSHOP + "rounds/", "facilitator", {"finding": "{finding}"}, also=(409,)),
    post(WORKSHOP + "reveal/", "facilitator", {"round": "{round}"}, also=(409,)),
    post(WORKSHOP + "drop/", "facilitator", {"round": "{round}"}, also=(409,)),
    post(WORKSHOP + "decide/", "facilitator", {"round": "{round}"}, also=(409,)),
    post(WORKSHOP + "confirm/", "facilitator", {"findings": ["{finding}"]}, also=(409,)),
    post(WORKSHOP + "end/", "facilitator", also=(409,)),
    get("/api/v1/models/?system={system}", "guest"),
    post("/api/v1/models/", "editor", MODEL, form=True),
    get("/api/v1/models/{model}/", "guest"),
    patch("/api/v1/models/{model}/", "editor", {"name": "Renamed"}),
    delete("/api/v1/models/{model}/", "editor"),
    post("/api/v1/models/{model}/consent/", "approver", CONSENT, also=(400,)),
    post("/api/v1/models/{model}/stop/", "editor", {}, also=(400,)),
    post("/api/v1/models/{model}/resume/", "approver", also=(400,)),
    get("/api/v1/models/{model}/costs/", "guest"),
    get(SYSTEM + "tests/", "guest"),
    post(SYSTEM + "tests/", "editor", {"budget": 1000}),
    get(SYSTEM + "schedules/", "guest"),
    post(
        SYSTEM + "schedules/",
        "editor",
        {"model": "{model}", "test": "artefact-scan", "occasion": "nightly"},
    ),
    delete("/api/v1/schedules/{schedule}/", "editor"),
    get(SYSTEM + "alerts/", "guest"),
    post("/api/v1/alerts/{alert}/seen/", "editor"),
    get("/api/v1/runs/{run}/compare/", "guest"),
    get("/api/v1/runs/?system={system}", "guest"),
    post("/api/v1/runs/", "editor", {"model": "{model}", "test": "hopskipjump"}),
    get("/api/v1/runs/{run}/", "guest"),
    post("/api/v1/runs/{run}/cancel/", "editor"),
    get(SYSTEM + "reports/", "guest"),
    post(SYSTEM + "reports/", "guest", {"format": "json"}),
    get("/api/v1/errands/", PERSON),
    get("/api/v1/errands/{errand}/", "owner"),
    post("/api/v1/errands/{errand}/cancel/", "owner"),
    get("/api/v1/reports/{report}/", "guest"),
    get("/api/v1/reports/{report}/file/", "guest", also=(404,)),
    post("/api/v1/reports/{report}/cancel/", "editor"),
    get(WORKSPACE + "report-profiles/", "viewer"),
    post(WORKSPACE + "report-profiles/", "editor", {"name": "Board", "paper": "A4"}),
    delete(WORKSPACE + "report-profiles/{profile}/", "editor"),
    get(WORKSPACE + "report-look/", "viewer"),
    post(WORKSPACE + "report-look/", "owner", {"accent": "#4449c6"}, form=True),
    get("/api/v1/catalog/", PERSON),
    get("/api/v1/catalog/blueprints/", PERSON),
    get("/api/v1/catalog/blueprints/rag-assistant/", PERSON),
    get("/api/v1/catalog/coverage/", PERSON),
    get("/api/v1/catalog/threats/", PERSON),
    get("/api/v1/catalog/threats/{threat}/", PERSON),
    get("/api/v1/catalog/frameworks/atlas/AML.T0020/", PERSON),
]

PAGES = [
    page("get", "/", PERSON),
    page("post", "/systems/new/", PERSON),
    page("post", "/systems/import/", PERSON),
    page("get", "/systems/{system}/", "guest"),
    page("post", "/systems/{system}/delete/", "owner", spends=True),
    page("post", "/systems/{deleted}/undelete/", "owner", spends=True),
    page("get", "/systems/{system}/findings/", "guest"),
    page("get", "/register/", PERSON),
    page("post", "/register/decide/", PERSON),
    page("get", "/errands/{errand}/", "owner"),
    page("post", "/errands/{errand}/cancel/", "owner"),
    Route(
        "post", "/systems/{system}/findings/decide/", "approver", {"action": "dismiss"}, form=True
    ),
    page("post", "/systems/{system}/findings/view/", "guest"),
    page("post", "/workspaces/{workspace}/views/", "viewer"),
    page("post", "/views/{view}/change/", "owner"),
    page("post", "/views/{view}/remove/", "owner", spends=True),
    page("get", "/systems/{system}/findings/{finding}/", "guest"),
    Route(
        "post",
        "/systems/{system}/findings/{finding}/decide/",
        "approver",
        {"action": "accept", "reason": "because"},
        form=True,
    ),
    page("post", "/systems/{system}/findings/{finding}/rate/", "editor"),
    page("post", "/systems/{system}/findings/{finding}/plan/", "editor"),
    page("get", "/systems/{system}/mitigations/", "guest"),
    page("get", "/systems/{system}/plan/", "guest"),
    page("post", "/systems/{system}/plan/", "editor"),
    page("get", "/systems/{system}/mitigations/new/", "editor"),
    page("post", "/systems/{system}/mitigations/new/", "editor", also=(400,)),
    page("get", "/mitigations/{mitigation}/", "guest"),
    page("post", "/mitigations/{mitigation}/verify/", "approver"),
    page("get", "/mitigations/{mitigation}/findings/", "editor"),
    page("post", "/mitigations/{mitigation}/findings/", "editor"),
    page("post", "/mitigations/{mitigation}/attach/", "editor"),
    page("post", "/mitigations/{mitigation}/comment/", "guest"),
    page("post", "/mitigations/{mitigation}/ticket/", "editor"),
    page("post", "/tickets/{ticket}/read/", "editor"),
    page("post", "/tickets/{ticket}/push/", "editor"),
    page("post", "/tickets/{ticket}/unlink/", "editor", spends=True),
    page("get", "/workspaces/{workspace}/trackers/", "owner"),
    page("post", "/workspaces/{workspace}/trackers/", "owner", also=(400,)),
    page("post", "/trackers/{tracker}/try/", "owner"),
    page("post", "/trackers/{tracker}/remove/", "owner", spends=True),
    page("post", "/deliveries/{delivery}/again/", "owner"),
    page("get", "/attachments/{attachment}/", "guest"),
    page("post", "/attachments/{attachment}/remove/", "editor", spends=True),
    page("post", "/mitigations/{mitigation}/", "editor"),
    page("post", "/mitigations/{mitigation}/status/", "editor"),
    page("post", "/mitigations/{mitigation}/delete/", "editor", spends=True),
    page("get", "/systems/{system}/tests/", "guest"),
    page("post", "/systems/{system}/tests/link/", "editor"),
    page("post", "/models/{model}/unlink/", "editor", spends=True),
    page("post", "/models/{model}/run/", "editor"),
    page("get", "/systems/{system}/endpoint/", "editor"),
    page("post", "/systems/{system}/endpoint/", "editor", also=(400,)),
    page("get", "/models/{model}/endpoint/", "guest", also=(404,)),
    page("post", "/models/{model}/agree/", "approver", also=(400, 404)),
    page("post", "/models/{model}/stop/", "editor", also=(400,)),
    page("post", "/models/{model}/resume/", "approver", also=(400,)),
    page("get", "/systems/{system}/tests/next/", "guest"),
    page("post", "/systems/{system}/tests/everything/", "editor"),
    page("get", "/systems/{system}/tests/plan/", "guest"),
    page("post", "/models/{model}/schedule/", "editor"),
    page("post", "/schedules/{schedule}/remove/", "editor", spends=True),
    page("post", "/alerts/{alert}/seen/", "editor"),
    page("get", "/runs/{run}/compare/", "guest"),
    page("get", "/runs/{run}/", "guest"),
    page("post", "/runs/{run}/cancel/", "editor"),
    page("post", "/evidence/{evidence}/adopt/", "approver"),
    page("get", "/systems/{system}/evidence/", "guest"),
    page("post", "/systems/{system}/evidence/bring/", "editor"),
    page("post", "/systems/{system}/evidence/scan/", "editor"),
    page("post", "/systems/{system}/evidence/key/", "approver"),
    page("post", "/signing-keys/{signing_key}/revoke/", "approver", spends=True),
    page("get", "/systems/{system}/coverage/", "guest"),
    page("get", "/systems/{system}/coverage/atlas/AML.T0020/", "guest"),
    page("get", "/systems/{system}/workshops/", "guest"),
    page("post", "/systems/{system}/workshops/start/", "facilitator"),
    page("get", "/workshops/{workshop}/", "guest"),
    page("get", "/systems/{system}/report/", "guest"),
    page("get", "/systems/{system}/history/", "guest"),
    page("post", "/systems/{system}/history/{op}/undo/", "editor"),
    page("post", "/systems/{system}/history/1/restore/", "editor"),
    page("post", "/systems/{system}/history/1/branch/", "editor"),
    page("post", "/systems/{system}/history/baseline/", "facilitator"),
    page("get", "/systems/{system}/compare/", "guest"),
    page("get", "/catalog/", PERSON),
    page("get", "/catalog/blueprints/", PERSON),
    page("get", "/catalog/blueprints/rag-assistant/", PERSON),
    page("get", "/catalog/coverage/", PERSON),
    page("get", "/catalog/frameworks/atlas/AML.T0020/", PERSON),
    page("get", "/catalog/threats/", PERSON),
    page("get", "/catalog/threats/{threat}/", PERSON),
    page("get", "/catalog/own/?workspace={workspace}", "viewer"),
    page("get", "/catalog/own/example/", PERSON),
    page("post", "/workspaces/{workspace}/catalog/", "owner"),
    page("post", "/workspaces/{workspace}/catalog/remove/", "owner", spends=True),
    page("get", "/workspaces/{workspace}/catalog/1/", "viewer", also=(404,)),
    page("get", "/systems/{system}/catalog/", "guest"),
    page("post", "/systems/{system}/catalog/apply/", "owner"),
    page("get", "/status/", PERSON),
    page("get", "/notices/", PERSON),
    page("post", "/notices/", PERSON),
    page("get", "/notices/unread/", PERSON),
    page("post", "/notices/read/", PERSON),
    page("post", "/notices/{notice}/", PERSON, also=(404,)),
    page("get", "/people/?workspace={workspace}", "viewer"),
    page("post", "/workspaces/{workspace}/invite/", "facilitator"),
    page("post", "/workspaces/{workspace}/token/", "owner"),
    page("post", "/invites/{invite}/withdraw/", "owner", spends=True),
    page("post", "/invites/{guest_invite}/withdraw/", "facilitator", spends=True),
    page("post", "/members/{member}/role/", "owner"),
    page("post", "/members/{member}/remove/", "owner", spends=True),
    page("post", "/tokens/{token}/revoke/", "owner", spends=True),
    page("get", "/password/", PERSON),
    page("get", "/signin/no-such-secret/", ANYONE, also=(410,)),
    page("get", "/join/no-such-secret/", ANYONE, also=(410,)),
]

PUBLIC = [get("/healthz", ANYONE), get("/readyz", ANYONE, also=(503,))]

EVERY = [*PUBLIC, *REST, *PAGES]
# Routes of packages, with their own tests upstream; what we promise of them is in test_signin.
FOREIGN = ("accounts/", "admin/")
