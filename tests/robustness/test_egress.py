"""No call leaves its fence, and none lasts longer or brings more than it may."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import re
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.strangers import Stranger, raw
from threatmodel.robustness.addresses import place, why_not
from threatmodel.robustness.egress import Door, Limits
from threatmodel.robustness.errors import (
    Cancelled,
    Forbidden,
    HungUp,
    RobustnessError,
    TimedOut,
    TooLarge,
    Unreachable,
)

INSIDE = """
    127.0.0.1 127.8.9.1 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
    100.64.0.1 100.127.255.255 192.0.0.8 192.0.2.1 192.88.99.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 ::1 :: ::ffff:127.0.0.1 ::ffff:10.0.0.1
    ::127.0.0.1 64:ff9b::7f00:1 64:ff9b:1::a00:1 2002:7f00:1:: 2001:0:7f00:1::1 2001:20::1 fe80::1
    fe80::1%eth0 fec0::1 fc00::1 fd00:ec2::254 ff02::1 2001:db8::1 3fff::1 100::1 nonsense
""".split()
OUTSIDE = "9.9.9.9 1.1.1.1 172.32.0.1 100.128.0.1 ::ffff:9.9.9.9 2620:fe::fe 2001:4860::8888"

SPELLINGS = """
    http://127.0.0.1 http://127.1 http://0 http://[::1] http://[::] http://[::ffff:127.0.0.1]
    http://2130706433 http://0x7f000001 http://0177.0.0.1 http://017700000001 http://localhost
    http://[64:ff9b::7f00:1] http://[2002:7f00:1::] http://169.254.169.254 http://[fd00:ec2::254]
    http://LOCALHOST http://127.0.0.1.nip.example
""".split()
MALFORMED = [
    "",
    "x" * 3000,
    "127.0.0.1",
    "//127.0.0.1/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://127.0.0.1/",
    "dict://127.0.0.1/",
    "jar:http://127.0.0.1!/",
    "data:text/plain,x",
    "http://",
    "http:///path",
    "http://a@127.0.0.1",
    "http://a:b@127.0.0.1",
    "http://ok.example\\@127.0.0.1",
    "http://ok.example#@127.0.0.1",
    "http://ok.example:80:90/",
    "http://ok.example:99999/",
    "http://ok.example:-1/",
    "http://ok.example:x/",
    "http://ok.example./",
    "http://ok..example/",
    "http://ok.example/\r\nX: y",
    "http://ok.example/a b",
    "http://①②⑦.⓪.⓪.①/",
    "http://exаmple.org/",
    "http://[::1",
    "http://[::1%25eth0]/",
    "http://[v1.x]/",
    "http://%6cocalhost/",
    "http://ok.example/#top",
    "http://ok.example:22/",
    "http://ok.example:25/",
    "http://ok.example:5432/",
    "http://ok.example:6379/",
    "http://ok.example:0/",
]


def inside(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@contextlib.contextmanager
def canary() -> Iterator[tuple[int, list[bytes]]]:
    """A listener on loopback that nobody may ever reach; its port and its callers."""
    with raw([b"HTTP/1.1 200 OK\r\n\r\nreached"]) as (port, heard):
        yield port, heard


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused(address):
    assert why_not(address)


@pytest.mark.parametrize("address", OUTSIDE.split())
def test_an_address_outside_is_not(address):
    assert not why_not(address)


def test_no_spelling_of_an_address_inside_reaches_a_listener_there(monkeypatch):
    with canary() as (port, heard):
        monkeypatch.setattr("threatmodel.robustness.addresses.PORTS", frozenset({port}))
        for spelling in SPELLINGS:
            lookup = {"lookup": inside} if "nip" in spelling else {}
            with pytest.raises((Forbidden, Unreachable), match=r"^address: "):
                Door(**lookup).request("GET", f"{spelling}:{port}/")
        assert heard == []


@pytest.mark.parametrize("url", MALFORMED)
def test_what_could_be_read_in_two_ways_is_refused_before_it_is_looked_up(url):
    asked: list[str] = []
    door = Door(lookup=lambda host, port: asked.append(host) or ["9.9.9.9"])
    with pytest.raises(Forbidden, match=r"^address: .+[^.]$"):
        door.request("GET", url)
    assert asked == []


@given(some.text(max_size=60) | some.text(max_size=40).map("http://".__add__))
def test_any_text_is_an_address_or_gets_a_sentence(text):
    try:
        found = place(text)
    except Forbidden as error:
        assert str(error).startswith("address: ")
    else:
        assert found.scheme in ("http", "https") and found.path.startswith(("/", "?"))


def test_one_answer_inside_among_good_ones_is_enough_to_refuse():
    door = Door(lookup=lambda host, port: ["9.9.9.9", "10.0.0.1"])
    with pytest.raises(Forbidden, match="internal or reserved"):
        door.request("GET", "http://models.example/")


def test_a_second_answer_of_the_resolver_is_never_asked_for():
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    with Stranger(lambda *_: (200, {}, b"here")) as server:
        named = f"models.example:{server.port}"
        door = Door(allowed=frozenset({named}), lookup=lambda host, port: next(answers))
        assert door.request("GET", f"http://{named}/path?q=1").body == b"here"
        ((line, headers, _),) = server.requests
    assert line == "GET /path?q=1" and headers["host"] == named
    assert next(answers) == ["169.254.169.254"]


def test_the_operator_s_list_is_of_exact_names_and_ports():
    with Stranger(lambda *_: (200, {}, b"in")) as server:
        door = Door(allowed=frozenset({server.named}), lookup=inside)
        assert door.request("GET", server.url).body == b"in"
        for other in (f"http://127.0.0.2:{server.port}", f"http://localhost:{server.port}"):
            with pytest.raises(Forbidden):
                door.request("GET", other)
        assert len(server.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_nobody_is_sent_on(status):
    with canary() as (port, heard):
        where = {"Location": f"http://127.0.0.1:{port}/"}
        with Stranger(lambda *_: (status, where, b"")) as server:
            with pytest.raises(Forbidden, match="sends callers on to another address"):
                Door(allowed=frozenset({server.named})).request("GET", server.url)
        assert heard == []


def test_proxies_of_the_environment_are_not_asked(monkeypatch):
    with canary() as (port, heard), Stranger(lambda *_: (200, {}, b"direct")) as server:
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        assert Door(allowed=frozenset({server.named})).request("GET", server.url).body == b"direct"
        assert heard == []


def test_a_header_cannot_begin_another_one():
    with Stranger(lambda *_: (200, {}, b"")) as server:
        door = Door(allowed=frozenset({server.named}))
        for headers in ({"X-A": "b\r\nX-C: d"}, {"X A": "b"}, {"X-A": "\N{SNOWMAN}"}):
            with pytest.raises(Forbidden, match="header"):
                door.request("GET", server.url, headers)
        assert server.requests == []
        door.request("POST", server.url, {"X-A": "b", "Host": "other"}, b"body")
        ((_, headers, body),) = server.requests
        assert (headers["x-a"], headers["host"], body) == ("b", server.named, b"body")


HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "head": itertools.repeat(b"X-More: 1\r\n"),
    "line": itertools.repeat(b"H"),
    "body": itertools.chain([HEAD, b"\r\n"], itertools.repeat(b".")),
    "chunk": itertools.chain([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"0")),
}


@pytest.mark.parametrize("kind", DRIPS)
def test_an_answer_that_drips_ends_with_the_deadline(kind):
    with raw(DRIPS[kind], pause_s=0.02) as (port, _):
        door = Door(allowed=frozenset({f"127.0.0.1:{port}"}), limits=Limits(total_s=0.3))
        with pytest.raises(RobustnessError, match="longer to answer|not answer in HTTP"):
            door.request("GET", f"http://127.0.0.1:{port}/")


def test_a_server_that_never_speaks_and_a_resolver_that_hangs_end_with_the_deadline():
    limits = Limits(total_s=0.2)
    with raw([], pause_s=0) as (_, __), socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("http", "https"):
            door = Door(allowed=frozenset({f"127.0.0.1:{port}"}), limits=limits)
            with pytest.raises((TimedOut, Unreachable), match="longer to answer|in time"):
                door.request("GET", f"{scheme}://127.0.0.1:{port}/")
    stuck = threading.Event()
    door = Door(limits=limits, lookup=lambda host, port: [str(stuck.wait(5))])
    with pytest.raises(TimedOut, match="looked up in time"):
        door.request("GET", "http://models.example/")
    stuck.set()


def test_a_call_ends_when_the_run_is_cancelled():
    begun = time.monotonic()

    def watch() -> None:
        if time.monotonic() > begun + 0.1:
            raise Cancelled("run: cancelled")

    chunks = itertools.chain([HEAD, b"Transfer-Encoding: chunked\r\n\r\n"], itertools.repeat(b"0"))
    with raw(chunks, pause_s=0.05) as (port, _):
        door = Door(allowed=frozenset({f"127.0.0.1:{port}"}))
        with pytest.raises(Cancelled):
            door.request("GET", f"http://127.0.0.1:{port}/", watch=watch)


def test_an_answer_is_cut_at_its_limit_however_small_it_travels():
    limit, plain = 2**20 // 10, b"0" * (2**20 // 10)
    zipped = {"Content-Encoding": "gzip"}
    bodies = {
        "/whole": (200, {}, plain),
        "/more": (200, {}, plain + b"0"),
        "/zipped": (200, zipped, gzip.compress(plain)),
        "/bomb": (200, zipped, gzip.compress(b"0" * 50_000_000)),
        "/torn": (200, zipped, gzip.compress(plain)[:-20]),
        "/broken": (200, zipped, b"not gzip"),
        "/strange": (200, {"Content-Encoding": "br"}, b"x"),
        "/short": (200, {"Content-Length": "50", "Connection": "close"}, b"x"),
    }
    with Stranger(lambda path, *_: bodies[path]) as server:
        door = Door(allowed=frozenset({server.named}), limits=Limits(3, limit))
        for path in ("/whole", "/zipped"):
            assert door.request("GET", server.url + path).body == plain
        for path in ("/more", "/bomb"):
            with pytest.raises(TooLarge, match=r"larger than 0\.1 MiB"):
                door.request("GET", server.url + path)
        for path in ("/torn", "/broken", "/strange", "/short"):
            with pytest.raises((Unreachable, TimedOut)):
                door.request("GET", server.url + path)


def test_an_endless_answer_is_cut_too():
    endless = itertools.chain([HEAD, b"\r\n"], itertools.repeat(b"0" * 65536))
    with raw(endless) as (port, _):
        door = Door(allowed=frozenset({f"127.0.0.1:{port}"}), limits=Limits(10, 2**20))
        with pytest.raises(TooLarge):
            door.request("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n", b"\x00" * 100, b"HTTP/1.1 abc\r\n\r\n"])
def test_what_is_no_http_is_said_so(said):
    told = "(does not answer in HTTP|hung up without an answer)" if said else "hung up .*"
    with raw([said]) as (port, _):
        door = Door(allowed=frozenset({f"127.0.0.1:{port}"}))
        with pytest.raises(Unreachable, match=rf"^address: .* {told}$"):
            door.request("GET", f"http://127.0.0.1:{port}/")


def test_nobody_listening_is_said_so():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    door = Door(allowed=frozenset({f"127.0.0.1:{port}"}))
    with pytest.raises(Unreachable, match="refuses connections"):
        door.request("GET", f"http://127.0.0.1:{port}/")
    nobody = Door(lookup=lambda host, port: [])
    with pytest.raises(Unreachable, match="nobody knows the name"):
        nobody.request("GET", "http://models.example/")


def certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key, cert = folder / f"{name}.key", folder / f"{name}.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    command += ["-nodes", "-keyout", str(key), "-out", str(cert), "-days", "2"]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run(command, check=True, capture_output=True)
    return cert, key


def test_tls_is_checked_under_the_name_that_was_asked_for(tmp_path):
    cert, key = certificate(tmp_path, "models.example")
    with Stranger(lambda *_: (200, {}, b"safe")) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cert, key)
        server.speak_tls(context)
        right, wrong = f"models.example:{server.port}", f"other.example:{server.port}"
        known = {"allowed": frozenset({right, wrong}), "lookup": inside}
        trusting = Door(authorities=cert, **known)
        assert trusting.request("GET", f"https://{right}/").body == b"safe"
        for door, named in ((trusting, wrong), (Door(**known), right)):
            with pytest.raises(Unreachable, match="certificate that is not trusted"):
                door.request("GET", f"https://{named}/")
        assert len(server.requests) == 1


CLIENTS = r"urllib\.request|http\.client|httpx|requests|urllib3"
CALLERS = re.compile(rf"^\s*(?:from|import) ({CLIENTS})", re.M)
# `ready` asks our own server whether it answers.
MAY_CALL = {"threatmodel/robustness/egress.py", "threatmodel/management/commands/ready.py"}


def test_calls_to_one_place_share_a_connection_as_long_as_it_stands():
    looked_up = []

    def lookup(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["127.0.0.1"]

    with Stranger(lambda path, headers, body: (200, {}, body)) as server:
        door = Door(allowed=frozenset({server.named}), lookup=lookup, keep=True)
        with contextlib.closing(door):
            for said in (b"one", b"two", b"three"):
                assert door.request("POST", server.url, body=said).body == said
            assert len(server.callers) == len(looked_up) == 1
            (kept,) = door._kept.values()
            kept._sock.shutdown(socket.SHUT_RDWR)  # as a server does that has waited long enough
            with pytest.raises(HungUp):
                door.request("POST", server.url, body=b"four")
            assert door.request("POST", server.url, body=b"four").body == b"four"
            assert len(server.callers) == len(looked_up) == 2
        assert [body for _, _, body in server.requests] == [b"one", b"two", b"three", b"four"]
        assert not door._kept


def test_there_is_one_way_out():
    root = Path(__file__).parents[2]
    files = [*root.glob("threatmodel/**/*.py"), *root.glob("catalog/**/*.py")]
    found = {str(one.relative_to(root)) for one in files if CALLERS.search(one.read_text())}
    assert found == MAY_CALL
