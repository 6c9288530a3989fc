"""Which addresses of others may be called: how they are written, and where they lead."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import Forbidden

LONGEST = 2000
PORTS = frozenset({80, 443, 8080, 8443})
USUAL = {"http": 80, "https": 443}
# What getaddrinfo takes for a name; it reads some of these as numbers, so its answer is judged.
NAME = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9])?")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Python calls some of these global, and more of them did not count as private in older versions.
_NEVER_4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        ),
    )
)
# Global unicast, less what carries another address inside it or is for documents. All else
# (loopback, link-local, unique local, site-local, multicast, NAT64) lies outside.
_ONLY_6 = ipaddress.IPv6Network("2000::/3")
_NEVER_6 = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a call goes: `path` with its query, `host` in lower case."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def named(self) -> str:
        """Host and port, as an operator lists them."""
        return f"{self.bracketed}:{self.port}"

    @property
    def bracketed(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def host_header(self) -> str:
        return self.bracketed if self.port == USUAL[self.scheme] else self.named


def place(url: str) -> Place:
    """Take an address apart, strictly.

    Raises
    ------
    Forbidden
        For anything that two programs could read in two ways.

    Examples
    --------
    >>> place("https://Models.example.org/v2?x=1")
    Place(scheme='https', host='models.example.org', port=443, path='/v2?x=1')
    """
    if not url or len(url) > LONGEST:
        raise Forbidden(f"address: write an http or https address of at most {LONGEST} characters")
    if not all(33 <= ord(letter) < 127 and letter not in '\\"<>^`{|}' for letter in url):
        raise Forbidden(
            "address: only plain ASCII without spaces or backslashes; write a foreign name as xn--"
        )
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Forbidden("address: its host or port cannot be read") from None
    if parts.scheme not in USUAL:
        raise Forbidden("address: must begin with http:// or https://")
    if "@" in parts.netloc:
        raise Forbidden("address: leave out name and password; give a secret in its own field")
    if parts.fragment:
        raise Forbidden("address: leave out what follows #")
    host = _host(parts.hostname or "", bracketed="[" in parts.netloc)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(parts.scheme, host, USUAL[parts.scheme] if port is None else port, path)


def _host(host: str, *, bracketed: bool) -> str:
    if bracketed and "%" not in host:
        try:
            return str(ipaddress.IPv6Address(host))
        except ValueError:
            raise Forbidden("address: its host is no IPv6 address") from None
    if not NAME.fullmatch(host) or ".." in host:
        raise Forbidden("address: its host must be a name or an address, without a dot at its end")
    return host


def why_not(address: str) -> str:
    """Why nobody is called at this IP address, empty when it lies on the public internet.

    Examples
    --------
    >>> why_not("127.0.0.1"), why_not("9.9.9.9")
    ('it leads to an internal or reserved address', '')
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "it leads to something that is no address"
    return "" if _public(found) else "it leads to an internal or reserved address"


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return _public(address.ipv4_mapped)
        return address in _ONLY_6 and not any(address in net for net in _NEVER_6)
    return not any(address in net for net in _NEVER_4)
