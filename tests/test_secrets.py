"""Secrets stay where they belong: looked for everywhere after the product has been used."""

from __future__ import annotations

import json
import re
import secrets
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from functools import partial
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.conftest import Product, wait_until

pytestmark = pytest.mark.servers
FORMATS = ("pdf", "json", "sarif")
# The one row that a browser's cookie names, and the two files that hold the operator's own.
KEEPS_SESSIONS = "django_session"
KEEPS_OWN = ("secret-key", "broker-password")


class Visitor:
    """A browser without a screen: cookies, forms, JSON; it keeps every refusal that it is told."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.cookies = CookieJar()
        self.refusals: list[str] = []
        keeper = urllib.request.HTTPCookieProcessor(self.cookies)
        self._opener = urllib.request.build_opener(keeper)

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> bytes:
        address = path if path.startswith("http") else self.url + path
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(address, data, {"Referer": address, **names})  # noqa: S310 - ours
        try:
            with self._opener.open(request, timeout=30) as answer:
                return bytes(answer.read())
        except urllib.error.HTTPError as error:
            self.refusals.append(f"{error.headers}\n{error.read().decode()}")
            return b""

    def submit(self, path: str, **fields: str) -> bytes:
        """Fill in the page's form and send it."""
        fields["csrfmiddlewaretoken"] = self.form_token(path)
        return self.ask(path, urllib.parse.urlencode(fields).encode())

    def form_token(self, path: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask(path).decode())
        return found[1] if found else ""

    def send(self, path: str, body: dict[str, Any], **headers: str) -> Any:
        """JSON to the API, as a signed-in page sends it."""
        token = self.form_token("/")
        told = self.ask(
            path,
            json.dumps(body).encode(),
            Content_Type="application/json",
            X_CSRFToken=token,
            **headers,
        )
        return json.loads(told) if told else None

    def cookie(self, name: str) -> str:
        return next(str(one.value) for one in self.cookies if one.name == name)


class Used:
    """The product after a while: every kind of secret was made, used, and guessed wrong."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self.planted: dict[str, str] = {
            "the password": f"pass-{secrets.token_urlsafe(16)}",
            "a guest's password": f"pass-{secrets.token_urlsafe(16)}",
            "a wrong password": f"pass-{secrets.token_urlsafe(16)}",
            "a wrong token": f"token-{secrets.token_urlsafe(16)}",
        }
        self.exports: list[bytes] = []
        for name in KEEPS_OWN:
            self.planted[name] = (product.data_dir / name).read_text().strip()
        self.owner, self.guest = Visitor(product.url), Visitor(product.url)
        self._come_in()
        self._make_secrets()
        self._guess_wrong()
        self._export()

    def _come_in(self) -> None:
        link = self.product.manage("signin-link", "owner").strip()
        self.planted["the sign-in link"] = link.rstrip("/").rpartition("/")[2]
        self.owner.submit(link)
        self.owner.submit("/password/", password=self.planted["the password"])
        self.planted["the session"] = self.owner.cookie("session")

    def _make_secrets(self) -> None:
        made = self.owner.send("/api/v1/tokens/", {"name": "planted", "scope": "write"})
        self.planted["the token"] = made["secret"]
        self.owner.ask("/api/v1/systems/", Authorization=f"Bearer {made['secret']}")
        self.planted["a token of the command"] = self.product.manage("token", "owner").strip()
        invite = self.owner.send("/api/v1/invites/", {"role": "viewer"})
        self.planted["the invite"] = invite["secret"]
        name = f"guest-{secrets.token_hex(4)}"
        password = self.planted["a guest's password"]
        self.guest.submit(f"/join/{invite['secret']}/", username=name, password=password)
        self.planted["the guest's session"] = self.guest.cookie("session")

    def _guess_wrong(self) -> None:
        stranger = self.stranger = Visitor(self.product.url)
        wrong = self.planted["a wrong token"]
        stranger.ask("/api/v1/systems/", Authorization=f"Bearer {wrong}")
        stranger.ask(f"/signin/{self.planted['the sign-in link']}/")
        stranger.ask(f"/join/{self.planted['the invite']}/")
        body = {"login": "owner", "password": self.planted["a wrong password"]}
        self.page_after_wrong_password = stranger.submit("/accounts/login/", **body)
        bearer = f"Bearer {self.planted['the token']}"
        for path in ("/api/v1/systems/nothing/", "/api/v1/tokens/"):
            stranger.ask(path, b"{", Authorization=bearer, Content_Type="application/json")

    def _export(self) -> None:
        made = self.owner.send("/api/v1/systems/", {"name": "Planted"})
        path = f"/api/v1/systems/{made['id']}"
        for format in FORMATS:
            report = self.owner.send(f"{path}/reports/", {"format": format})
            address = f"/api/v1/reports/{report['id']}/"
            wait_until(partial(self._made, address), 60, f"the {format} is made")
            self.exports.append(self.owner.ask(address + "file/"))
        for page in (f"{path}/document/", f"{path}/log/", "/api/v1/audit/", "/people/"):
            self.exports.append(self.owner.ask(page))

    def _made(self, address: str) -> bool:
        return bool(json.loads(self.owner.ask(address))["state"] == "succeeded")

    def inside(self, content: bytes) -> list[str]:
        """Which secrets stand in it."""
        return [name for name, secret in self.planted.items() if secret.encode() in content]


@pytest.fixture(scope="module")
def used(started: Product) -> Used:
    return Used(started)


def test_what_was_planted_is_found_where_it_lies_open(used: Used) -> None:
    """The search itself can find: each secret is long, and seen in a text that has it."""
    assert all(len(secret) >= 20 for secret in used.planted.values())
    assert used.inside("".join(used.planted.values()).encode()) == list(used.planted)


def test_the_log_holds_no_secret(used: Used) -> None:
    log = used.product.log.read_bytes()
    assert b"Bartizan is ready" in log
    assert used.inside(log) == []


def test_refusals_repeat_no_secret(used: Used) -> None:
    told = [told for one in (used.owner, used.guest, used.stranger) for told in one.refusals]
    assert len(told) >= 5
    assert used.inside("\n".join(told).encode() + used.page_after_wrong_password) == []


def test_exports_and_lists_hold_no_secret(used: Used) -> None:
    assert len(used.exports) == len(FORMATS) + 4 and all(used.exports)
    assert [used.inside(one) for one in used.exports] == [[]] * len(used.exports)


def test_the_broker_never_saw_a_secret(used: Used) -> None:
    """Its append-only files hold every command that changed a key, jobs of Celery included."""
    kept = [path.read_bytes() for path in files(used.product.data_dir / "broker")]
    assert any(b"threatmodel.tasks.make_report" in one for one in kept)
    assert used.inside(b"".join(kept)) == []


def test_tables_hold_hashes_where_secrets_came_in(used: Used) -> None:
    found = {
        table: held
        for table, content in tables(used.product.data_dir / "bartizan.sqlite3")
        if (held := used.inside(content))
    }
    assert found == {KEEPS_SESSIONS: ["the session", "the guest's session"]}


def test_no_other_file_holds_a_secret(used: Used) -> None:
    for path in files(used.product.data_dir):
        if path.name not in KEEPS_OWN and "sqlite3" not in path.name:
            assert used.inside(path.read_bytes()) == [], path.name


def test_no_command_line_holds_a_secret(used: Used) -> None:
    processes = psutil.Process(used.product.process.pid).children(recursive=True)
    lines = [" ".join(one.cmdline()) for one in processes]
    assert any("celery" in line for line in lines)
    assert used.inside("\n".join(lines).encode()) == []


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def tables(database: Path) -> Iterator[tuple[str, bytes]]:
    """Each table as text, read beside the running server."""
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (name,) in names:
        rows = connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608 - our own names
        yield name, repr(rows).encode()
    connection.close()
