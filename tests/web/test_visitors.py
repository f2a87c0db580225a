"""Whose address counts, and can a header move anybody into the building?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask import request

from archive.branches import Branch, BranchAddressRange
from storage.errors import Refused
from storage.settings import Settings
from tests.sample_home import settings_for
from tests.web.people import Portico, portico
from web.portal import requester
from web.visitors import TrustedProxies, address_of, is_inside, read_networks

PROXIES = "10.0.0.5/32, 10.0.1.0/24, fd00::5/128"


def seen(peer: str, forwarded: str | None = None, **claims: str) -> tuple[str, str]:
    """The address and the scheme that the application sees."""
    told: dict[str, Any] = {}

    def application(environ: dict[str, Any], _start: object) -> Iterable[bytes]:
        told.update(environ)
        return []

    environ: dict[str, Any] = {"REMOTE_ADDR": peer, "wsgi.url_scheme": "http", **claims}
    if forwarded is not None:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    TrustedProxies(application, read_networks(PROXIES))(environ, lambda *_: lambda _: None)
    assert not [name for name in told if "FORWARDED" in name]
    return told["REMOTE_ADDR"], told["wsgi.url_scheme"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "counts"),
    [
        # nobody's word counts but a trusted proxy's
        ("192.0.2.7", "10.16.4.7", "192.0.2.7"),
        ("10.0.0.6", "10.16.4.7", "10.0.0.6"),
        ("192.0.2.7", None, "192.0.2.7"),
        ("", "10.16.4.7", ""),
        # the right-most that is no proxy's: what stands left of it was made up
        ("10.0.0.5", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.5", "10.16.4.7, 192.0.2.7", "192.0.2.7"),
        ("10.0.0.5", "10.16.4.7, 192.0.2.7, 10.0.1.9", "192.0.2.7"),
        ("10.0.0.5", "10.16.4.7,192.0.2.7,10.0.1.9,10.0.1.8", "192.0.2.7"),
        # several headers arrive as one, joined by commas
        ("10.0.0.5", "10.16.4.7, 10.16.4.8 , 192.0.2.7", "192.0.2.7"),
        # all of them proxies: the first of them asks
        ("10.0.0.5", "10.0.1.9, 10.0.1.8", "10.0.1.9"),
        # other writings of an address
        ("10.0.0.5", "192.0.2.7:51234", "192.0.2.7"),
        ("10.0.0.5", "[2001:db8::7]:51234", "2001:db8::7"),
        ("10.0.0.5", "2001:DB8:0::7", "2001:db8::7"),
        ("10.0.0.5", "::ffff:192.0.2.7", "192.0.2.7"),
        ("10.0.0.5", "10.16.4.7, ::ffff:10.0.1.9", "10.16.4.7"),
        ("::ffff:10.0.0.5", "192.0.2.7", "192.0.2.7"),
        ("fd00::5", "192.0.2.7", "192.0.2.7"),
        # what cannot be read is nowhere, and nothing left of it counts
        ("10.0.0.5", "10.16.4.7, nonsense", ""),
        ("10.0.0.5", "10.16.4.7, ", ""),
        ("10.0.0.5", "10.16.4.7, unknown", ""),
        ("10.0.0.5", "10.16.4.7, 999.1.1.1", ""),
        ("10.0.0.5", "010.016.004.007", ""),
        ("10.0.0.5", "fe80::1%eth0\n", "fe80::1%eth0"),
        ("10.0.0.5", "", ""),
        ("10.0.0.5", None, ""),
    ],
)
def test_the_right_most_address_that_is_no_proxy_counts(
    peer: str, forwarded: str | None, counts: str
) -> None:
    assert seen(peer, forwarded)[0] == counts


@pytest.mark.parametrize(
    ("peer", "claim", "scheme"),
    [
        ("10.0.0.5", "https", "https"),
        ("10.0.0.5", "HTTPS", "https"),
        ("10.0.0.5", "http, https", "https"),
        ("10.0.0.5", "https, http", "http"),
        ("10.0.0.5", "javascript", "http"),
        ("10.0.0.5", "", "http"),
        ("192.0.2.7", "https", "http"),
    ],
)
def test_only_a_trusted_proxy_says_that_it_is_https(peer: str, claim: str, scheme: str) -> None:
    assert seen(peer, "192.0.2.7", HTTP_X_FORWARDED_PROTO=claim)[1] == scheme


@pytest.mark.parametrize("text", ["10.0.0.0/33", "nonsense", "10.0.0.5/24", "10.0.0.5;10.0.0.6"])
def test_a_list_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="bad-setting"):
        read_networks(text)


def test_an_address_without_a_network_is_inside_nothing() -> None:
    assert not is_inside("", ["0.0.0.0/0", "::/0"])
    assert not is_inside("nonsense", ["0.0.0.0/0"])
    assert is_inside("10.1.2.3", ["nonsense", "10.0.0.0/8"])
    assert is_inside("::ffff:10.1.2.3", ["10.0.0.0/8"])
    assert not is_inside("10.1.2.3", ["::/0"])
    assert address_of('"[2001:db8::1]:80"') == address_of("2001:db8::1")


@pytest.fixture
def behind(settings: Settings) -> Portico:
    made = portico(settings_for(settings.home, trusted_proxies=PROXIES))
    made.opened()
    made.app.add_url_rule("/who", view_func=_who)
    return made


def _who() -> dict[str, object]:
    return {
        "inside": requester().on_premises,
        "registered": requester().registered,
        "secure": request.is_secure,
        "url": request.url,
    }


def ranges(behind: Portico, *networks: str) -> None:
    with behind.portal.storage.rows.writing() as session:
        branch = session.query(Branch).filter_by(code="16").one()
        branch.address_ranges = [BranchAddressRange(network=each) for each in networks]


def ask(behind: Portico, peer: str, **headers: str) -> Any:
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    return behind.browser(REMOTE_ADDR=peer).get("/who", headers=told).json


def test_a_proxy_vouches_for_the_building_and_a_visitor_does_not(behind: Portico) -> None:
    ranges(behind, "10.16.0.0/16", "10.0.0.0/24")
    inside = "10.16.4.7"
    assert ask(behind, "10.0.0.5", X_Forwarded_For=inside)["inside"]
    assert not ask(behind, "192.0.2.7", X_Forwarded_For=inside)["inside"]
    assert not ask(behind, "10.0.0.5", X_Forwarded_For=f"{inside}, 192.0.2.7")["inside"]
    # the proxy stands in the building itself, and its callers do not
    assert not ask(behind, "10.0.0.5")["inside"]
    assert not ask(behind, "10.0.0.5", X_Forwarded_For="nonsense")["inside"]
    assert not ask(behind, "10.0.0.5", X_Real_Ip=inside, Forwarded=f"for={inside}")["inside"]


def test_a_changed_range_counts_at_once(behind: Portico) -> None:
    told = []
    for networks in ((), ("10.16.0.0/16",), ("10.17.0.0/16",), ("10.16.4.7/32",)):
        ranges(behind, *networks)
        told.append(ask(behind, "10.0.0.5", X_Forwarded_For="10.16.4.7")["inside"])
    assert told == [False, True, False, True]


def test_addresses_of_the_site_follow_the_proxy(behind: Portico) -> None:
    answer = ask(behind, "10.0.0.5", X_Forwarded_For="192.0.2.7", X_Forwarded_Proto="https")
    assert answer["secure"]
    assert answer["url"] == "https://localhost/who"
    outside = ask(behind, "192.0.2.7", X_Forwarded_Proto="https", X_Forwarded_Host="evil.example")
    assert outside["url"] == "http://localhost/who"
