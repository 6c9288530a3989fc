"""Every route of ours, and who may use it. A route that is not here fails `test_gate`.

`who` is the least role that may, 'person' for anybody signed in, 'anyone' for everybody. Braces
name ids of `World`; `body` is what is sent: a dict as JSON, or as a form where `form` is set.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ANYONE, PERSON = "anyone", "person"
ROLES = ("viewer", "editor", "facilitator", "approver", "owner")


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


def get(path: str, who: str, **more: Any) -> Route:
    return Route("get", path, who, **more)


def post(path: str, who: str, body: dict[str, Any] | None = None, **more: Any) -> Route:
    return Route("post", path, who, body or {}, **more)


def patch(path: str, who: str, body: dict[str, Any]) -> Route:
    return Route("patch", path, who, body)


def delete(path: str, who: str) -> Route:
    return Route("delete", path, who, spends=True)


def page(method: str, path: str, who: str, **more: Any) -> Route:
    return Route(method, path, who, {} if method == "post" else None, form=True, **more)


SYSTEM = "/api/v1/systems/{system}/"
NAME = {"changes": [{"kind": "component", "id": "c-api", "set": {"name": "Renamed"}}]}
MODEL = {"system": "{system}", "component": "c-api", "model": "FILE", "data": "FILE"}
DECISION = {"finding": "{finding}", "reason": "because"}

REST = [
    get("/api/v1/schema/", PERSON),
    get("/api/v1/workspaces/", PERSON),
    post("/api/v1/workspaces/", PERSON, {"name": "Another"}),
    get("/api/v1/workspaces/{workspace}/", "viewer"),
    patch("/api/v1/workspaces/{workspace}/", "owner", {"name": "Renamed"}),
    get("/api/v1/members/?workspace={workspace}", "viewer"),
    patch("/api/v1/members/{member}/", "owner", {"role": "editor"}),
    delete("/api/v1/members/{member}/", "owner"),
    get("/api/v1/invites/?workspace={workspace}", "owner"),
    post("/api/v1/invites/", "owner", {"workspace": "{workspace}", "role": "editor"}),
    delete("/api/v1/invites/{invite}/", "owner"),
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
    get(SYSTEM, "viewer"),
    patch(SYSTEM, "editor", {"name": "Renamed"}),
    delete(SYSTEM, "owner"),
    post("/api/v1/systems/{deleted}/undelete/", "owner", spends=True),
    get(SYSTEM + "document/", "viewer"),
    post(SYSTEM + "operations/", "editor", {"id": "{new}", **NAME}),
    post(SYSTEM + "undo/", "editor", {"op": "{op}"}),
    post(SYSTEM + "restore/", "editor", {"revision": 1}),
    get(SYSTEM + "log/", "viewer"),
    get(SYSTEM + "diagram.svg", "viewer"),
    get(SYSTEM + "findings/", "viewer"),
    get(SYSTEM + "findings/{finding}/", "viewer"),
    get(SYSTEM + "explain/{threat}/c-api/", "viewer"),
    get(SYSTEM + "questions/", "viewer"),
    post(SYSTEM + "scenarios/", "editor", {"title": "What about X?", "element": "c-api"}),
    get(SYSTEM + "decisions/", "viewer"),
    post(SYSTEM + "decisions/", "approver", {**DECISION, "action": "accept"}),
    post(SYSTEM + "decisions/", "approver", {**DECISION, "action": "dismiss"}),
    post(SYSTEM + "decisions/", "editor", {**DECISION, "action": "rate", "impact": "low"}),
    get(SYSTEM + "mitigations/", "viewer"),
    post(SYSTEM + "mitigations/", "editor", {"title": "Do it", "findings": ["{finding}"]}),
    post(SYSTEM + "mitigations/", "approver", {"title": "Done", "status": "verified"}),
    get(SYSTEM + "mitigations/{mitigation}/", "viewer"),
    patch(SYSTEM + "mitigations/{mitigation}/", "editor", {"version": 1, "owner": "Ann"}),
    delete(SYSTEM + "mitigations/{mitigation}/", "editor"),
    get(SYSTEM + "evidence/", "viewer"),
    post(
        SYSTEM + "evidence/",
        "editor",
        {"element": "c-api", "test": "t", "family": "f", "handled": 40, "broken": 1},
    ),
    post("/api/v1/evidence/{evidence}/adopt/", "approver"),
    get("/api/v1/models/?system={system}", "viewer"),
    post("/api/v1/models/", "editor", MODEL, form=True),
    get("/api/v1/models/{model}/", "viewer"),
    patch("/api/v1/models/{model}/", "editor", {"name": "Renamed"}),
    delete("/api/v1/models/{model}/", "editor"),
    get("/api/v1/runs/?system={system}", "viewer"),
    post("/api/v1/runs/", "editor", {"model": "{model}", "test": "hopskipjump"}),
    get("/api/v1/runs/{run}/", "viewer"),
    post("/api/v1/runs/{run}/cancel/", "editor"),
    get(SYSTEM + "reports/", "viewer"),
    post(SYSTEM + "reports/", "viewer", {"format": "json"}),
    get("/api/v1/reports/{report}/", "viewer"),
    get("/api/v1/reports/{report}/file/", "viewer", also=(404,)),
    get("/api/v1/catalog/", PERSON),
    get("/api/v1/catalog/threats/", PERSON),
    get("/api/v1/catalog/threats/{threat}/", PERSON),
]

PAGES = [
    page("get", "/", PERSON),
    page("post", "/systems/new/", PERSON),
    page("post", "/systems/import/", PERSON),
    page("get", "/systems/{system}/", "viewer"),
    page("post", "/systems/{system}/delete/", "owner", spends=True),
    page("post", "/systems/{deleted}/undelete/", "owner", spends=True),
    page("get", "/systems/{system}/findings/", "viewer"),
    page("get", "/systems/{system}/findings/{finding}/", "viewer"),
    Route(
        "post",
        "/systems/{system}/findings/{finding}/decide/",
        "approver",
        {"action": "accept", "reason": "because"},
        form=True,
    ),
    page("post", "/systems/{system}/findings/{finding}/rate/", "editor"),
    page("post", "/systems/{system}/findings/{finding}/plan/", "editor"),
    page("get", "/systems/{system}/mitigations/", "viewer"),
    page("get", "/mitigations/{mitigation}/", "viewer"),
    page("post", "/mitigations/{mitigation}/", "editor"),
    page("post", "/mitigations/{mitigation}/status/", "editor"),
    page("post", "/mitigations/{mitigation}/delete/", "editor", spends=True),
    page("get", "/systems/{system}/tests/", "viewer"),
    page("post", "/systems/{system}/tests/link/", "editor"),
    page("post", "/models/{model}/unlink/", "editor", spends=True),
    page("post", "/models/{model}/run/", "editor"),
    page("get", "/runs/{run}/", "viewer"),
    page("post", "/runs/{run}/cancel/", "editor"),
    page("post", "/evidence/{evidence}/adopt/", "approver"),
    page("get", "/systems/{system}/report/", "viewer"),
    page("get", "/systems/{system}/history/", "viewer"),
    page("post", "/systems/{system}/history/{op}/undo/", "editor"),
    page("post", "/systems/{system}/history/1/restore/", "editor"),
    page("get", "/catalog/", PERSON),
    page("get", "/catalog/threats/", PERSON),
    page("get", "/catalog/threats/{threat}/", PERSON),
    page("get", "/people/?workspace={workspace}", "viewer"),
    page("post", "/workspaces/{workspace}/invite/", "owner"),
    page("post", "/workspaces/{workspace}/token/", "owner"),
    page("post", "/invites/{invite}/withdraw/", "owner", spends=True),
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
