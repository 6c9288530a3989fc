"""Text that people enter stays text: on every page, in every message, on paper."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Response,
    expect,
)
from pypdf import PdfReader

from tests.browser.payloads import PAYLOADS, document, payload
from tests.conftest import ROOT, Product, wait_until

pytestmark = pytest.mark.browser
WATCH = """
Object.defineProperty(window, "__canary", { set(value) { window.__told(`canary ${value}`); } });
addEventListener("securitypolicyviolation", (event) =>
  window.__told(`breach of ${event.violatedDirective} by ${event.blockedURI}`));
"""
MAKE = """
from django.contrib.auth.models import User
from threatmodel.models import Member, Workspace
user = User.objects.create_user("mallory", first_name=%r, last_name=%r)
workspace = Workspace.objects.create(name=%r)
Member.objects.create(workspace=workspace, user=user, role="owner")
"""


class Trap:
    """A browser's context that remembers every script, dialog and breach that it saw."""

    def __init__(self, context: BrowserContext) -> None:
        self.context = context
        self.caught: list[str] = []
        self.visited: list[str] = []
        context.expose_function("__told", lambda told: self.caught.append(told))
        context.add_init_script(WATCH)

    def page(self) -> Page:
        page = self.context.new_page()
        page.on("dialog", self._dialog)
        page.on("response", self._answered)
        return page

    def is_empty(self) -> bool:
        """Whether nothing has run, once what is still on its way has arrived."""
        for page in self.context.pages:
            page.wait_for_timeout(200)
        assert self.caught == []
        return True

    def _dialog(self, dialog: Any) -> None:
        self.caught.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _answered(self, response: Response) -> None:
        """Every page has the policy, and it lets no inline script in."""
        if not response.request.is_navigation_request() or response.status in range(300, 400):
            return
        self.visited.append(response.url)
        policy = response.headers.get("content-security-policy", "")
        scripts = re.search(r"script-src ([^;]*)", policy)
        if not scripts or "unsafe" in scripts[1]:
            self.caught.append(f"no policy for {response.url}")


@dataclass(frozen=True)
class Site:
    """Mallory's own workspace on the product, full of her texts."""

    product: Product
    api: APIRequestContext
    system: str
    findings: tuple[str, ...]
    mitigation: str

    def url(self, path: str) -> str:
        return f"{self.product.url}{path}"

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return posted(self.api, self.url(f"/api/v1/systems/{self.system}{path}"), data=body)


def posted(api: APIRequestContext, url: str, **body: Any) -> Any:
    answer = api.post(url, **body)
    assert answer.ok, (url, answer.status, answer.text())
    return answer.json()


@pytest.fixture(scope="module")
def site(browser: Browser, served: Product) -> Iterator[Site]:
    """Everything that can be written through the API, written by Mallory."""
    served.manage("shell", "--command", MAKE % (payload(0)[:30], payload(9), payload(9)))
    token = served.manage("token", "mallory", "--name", payload(1)).strip()
    headers = {"Authorization": f"Bearer {token}"}
    context = browser.new_context(extra_http_headers=headers)
    api, root = context.request, f"{served.url}/api/v1"
    file = {"name": "<img src=x onerror=window.__canary=1>.json", "mimeType": "application/json"}
    upload = {"file": {**file, "buffer": json.dumps(document()).encode()}}
    system = posted(api, f"{root}/systems/import/", multipart=upload)["system"]["id"]
    rows = api.get(f"{root}/systems/{system}/findings/?page_size=200").json()
    keys = tuple(row["key"] for row in rows["results"])
    site = Site(served, api, system, keys, "")
    mitigation = fill(site)
    yield Site(served, api, system, keys, mitigation)
    context.close()


def fill(site: Site) -> str:
    """Decisions, mitigations, evidence, a model and a rename; the id of one mitigation."""
    for at, text in enumerate(PAYLOADS):
        decided = {"finding": site.findings[at], "action": "accept", "reason": text}
        site.post("/decisions/", decided)
        planned = {"title": text, "owner": text, "note": text, "findings": [site.findings[at]]}
        mitigation: str = site.post("/mitigations/", planned)["id"]
    measured = {"element": "c-1", "family": "<b>", "test": payload(9), "handled": 40, "broken": 3}
    site.post("/evidence/", {**measured, "eps": 0.1, "eps_reason": payload(0)})
    files = {"model": "model.onnx", "data": "data.npz", "description": "dataset.yaml"}
    sent = {"name": payload(9), "mimeType": "text/html"}
    parts = {
        part: {**sent, "buffer": (ROOT / "demo" / name).read_bytes()}
        for part, name in files.items()
    }
    linked = {**parts, "system": site.system, "component": "c-1", "name": payload(0)}
    posted(site.api, site.url("/api/v1/models/"), multipart=linked)
    return mitigation


@pytest.fixture(scope="module")
def trap(browser: Browser, site: Site) -> Iterator[Trap]:
    """Mallory's own browser, signed in."""
    trap = Trap(browser.new_context(viewport={"width": 1440, "height": 900}))
    page = trap.page()
    page.goto(site.product.manage("signin-link", "mallory").strip())
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile("/password/"))
    page.close()
    yield trap
    trap.context.close()


def test_the_trap_closes_on_script_and_on_breaches(browser: Browser) -> None:
    trap = Trap(browser.new_context())
    page = trap.page()
    body = "<script>window.__canary=1</script><img src='data:,x'>"
    policy = {"Content-Security-Policy": "img-src 'none'", "Content-Type": "text/html"}
    page.route("http://trap.test/", lambda route: route.fulfill(body=body, headers=policy))
    page.goto("http://trap.test/")
    page.wait_for_timeout(300)
    caught = sorted(one.partition(" ")[0] for one in trap.caught)
    assert caught == ["breach", "canary", "no"]
    trap.context.close()


def test_no_page_runs_what_was_entered(site: Site, trap: Trap) -> None:
    page, system = trap.page(), f"/systems/{site.system}"
    paths = ["/", "/people/", "/catalog/", "/password/", f"/mitigations/{site.mitigation}/"]
    paths += [f"{system}/{tab}" for tab in ("findings/", "mitigations/", "tests/", "report/")]
    paths += [f"{system}/history/", f"{system}/findings/?q={payload(1)}", f"/{payload(0)}/"]
    paths += [f"{system}/findings/{key}/" for key in site.findings[::12]]
    for path in paths:
        page.goto(site.url(path))
        page.wait_for_load_state()
        # Not with the mouse: an open menu may lie over the next one, and its links lead away.
        page.locator("details").evaluate_all("all => all.forEach(one => one.open = true)")
    assert len(trap.visited) >= len(paths)
    assert trap.is_empty()
    page.goto(site.url("/"))
    expect(page.get_by_text(payload(1)).first).to_be_visible()
    page.close()


def test_the_diagram_draws_what_was_entered_as_text(site: Site, trap: Trap) -> None:
    page, other = trap.page(), trap.page()
    for one in (page, other):
        one.goto(site.url(f"/systems/{site.system}/"))
        expect(one.get_by_text("Saved", exact=True)).to_be_visible()
    other.mouse.move(600, 400)
    other.mouse.move(620, 410)
    expect(page.locator(".pointer-name").first).to_be_attached()
    for element in ("c-0", "c-1", "c-9", "c-14"):
        card = page.locator(f".node-card[data-element='{element}']")
        card.focus()
        page.keyboard.press("Enter")
        expect(card).to_contain_text(payload(int(element[2:]))[:12])
    assert trap.is_empty()
    page.close()
    other.close()


def bring(site: Site, trap: Trap, data: dict[str, object]) -> Page:
    """Import a file by hand; the page that follows."""
    page = trap.page()
    page.goto(site.url("/"))
    page.get_by_role("button", name="Import").first.click()
    name, body = f"{payload(9)}.json", json.dumps(data).encode()
    file = FilePayload(name=name, mimeType="text/html", buffer=body)
    page.get_by_label("File").set_input_files(file)
    page.get_by_role("dialog").get_by_role("button", name="Import").click()
    return page


def test_what_is_refused_is_repeated_as_text(site: Site, trap: Trap) -> None:
    page = bring(site, trap, document() | {"components": [{"id": payload(9)}]})
    expect(page.locator(".notice.error").first).to_be_visible()
    assert trap.is_empty()
    page.close()


def test_the_account_of_an_import_names_what_it_kept_as_text(site: Site, trap: Trap) -> None:
    page = bring(site, trap, document())
    expect(page.get_by_role("heading", name=re.compile("is imported"))).to_be_visible()
    expect(page.get_by_text(payload(0)).first).to_be_visible()
    assert trap.is_empty()
    page.close()


def test_paper_shows_text_and_carries_no_script(site: Site) -> None:
    report = site.post("/reports/", {"format": "pdf", "classification": payload(0)[:60]})
    address = site.url(f"/api/v1/reports/{report['id']}/")

    def done() -> bool:
        return bool(site.api.get(address).json()["state"] == "succeeded")

    wait_until(done, 120, "the report is made")
    body = site.api.get(address + "file/").body()
    reader = PdfReader(io.BytesIO(body))
    words = re.sub(r"\s+", "", "".join(one.extract_text() for one in reader.pages))
    assert "<script>window.__canary=1</script>" in words
    assert "<imgsrc=xonerror=window.__canary=10>" in words
    assert [one.name for one in reader.attachment_list] == ["document.bartizan.json"]
    for mark in (b"/JavaScript", b"/JS", b"/Launch", b"/SubmitForm", b"evil.invalid"):
        assert mark not in body
