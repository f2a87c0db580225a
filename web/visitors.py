"""From which address does a visitor come, and is that inside the library?

The address of the connection is the only one that cannot be made up. A proxy of our own
(`SANDYQ_TRUSTED_PROXIES`) vouches for one more: it appends the address it was called from
to X-Forwarded-For, so the right-most one that is not itself a trusted proxy's counts, and
whatever stands left of it was written by the visitor.
"""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from storage.errors import Refused

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_FORWARDED = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_PROTO",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_FORWARDED",
)


def address_of(told: str) -> Address | None:
    """An address as it stands in a connection or a header, its port left out."""
    text = told.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    # A socket that listens on IPv6 calls 10.0.0.1 ::ffff:10.0.0.1.
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=512)
def _network(text: str) -> Network | None:
    """A range of the rows; one that cannot be read holds nobody, and closes no page to others."""
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        log.warning("not a range of addresses: %s", text)
        return None


def is_inside(told: str, ranges: Iterable[str]) -> bool:
    """Whether this address lies in one of these ranges (CIDR)."""
    address = address_of(told)
    networks = [_network(each) for each in ranges]
    return address is not None and any(each is not None and address in each for each in networks)


def read_networks(setting: str) -> Sequence[Network]:
    """The networks of a comma-separated list.

    Raises:
        Refused: ``bad-setting``.
    """
    try:
        return [ipaddress.ip_network(each.strip()) for each in setting.split(",") if each.strip()]
    except ValueError as error:
        raise Refused("bad-setting", name="SANDYQ_TRUSTED_PROXIES", value=setting) from error


class TrustedProxies:
    """A WSGI application that sees visitors where its trusted proxies saw them.

    From anybody else the headers are taken away, so that nothing behind believes them.
    """

    def __init__(self, application: WSGIApplication, trusted: Sequence[Network]) -> None:
        self._application = application
        self._trusted = trusted

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does (PEP 3333)."""
        claims = {name: environ.pop(name, "") for name in _FORWARDED}
        if self._is_trusted(address_of(environ.get("REMOTE_ADDR", ""))):
            environ["REMOTE_ADDR"] = self._visitor(claims["HTTP_X_FORWARDED_FOR"])
            scheme = claims["HTTP_X_FORWARDED_PROTO"].rpartition(",")[2].strip().lower()
            if scheme in {"http", "https"}:
                environ["wsgi.url_scheme"] = scheme
        return self._application(environ, start_response)

    def _is_trusted(self, address: Address | None) -> bool:
        return address is not None and any(address in network for network in self._trusted)

    def _visitor(self, forwarded_for: str) -> str:
        """The right-most address that is no proxy's; empty, which is nowhere, if unreadable."""
        seen: Address | None = None
        for told in reversed(forwarded_for.split(",")):
            seen = address_of(told)
            if not self._is_trusted(seen):
                break
        return str(seen) if seen is not None else ""
