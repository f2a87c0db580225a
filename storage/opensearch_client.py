"""How is OpenSearch reached, and what does its failure mean?"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from opensearchpy import OpenSearch, Urllib3HttpConnection
from opensearchpy.exceptions import OpenSearchException, SSLError, TransportError
from urllib3 import Timeout

from storage.errors import Broken, Transient
from storage.opensearch_address import Address
from storage.tls import trusting

SEARCH_SECONDS = 10
"""The longest that a reader waits for one answer."""

WRITE_SECONDS = 120
_CONNECT_SECONDS = 3
_CONNECTIONS = 16  # kept open, one a thread of the portal


class _Connection(Urllib3HttpConnection):
    """A connection that leaves it to us what is said of a failure."""

    def log_request_fail(self, *_: object, **__: object) -> None:
        """Nothing: what failed is raised, and told in our own words."""


def connect(address: Address, *, password: str = "", authorities: Path | None = None) -> OpenSearch:
    """A client; it connects when it is first used.

    Args:
        address: where to.
        password: of the user that the address names.
        authorities: certificates that are believed, PEM; None means the system's.

    Raises:
        Refused: ``bad-setting``, no such certificates.
    """
    return OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in address.hosts],
        use_ssl=address.encrypted,
        ssl_context=trusting("SEARCH_CA_FILE", authorities) if address.encrypted else None,
        headers=_signed(address.user, password) if address.user else None,
        connection_class=_Connection,
        pool_maxsize=_CONNECTIONS,
        timeout=patience(WRITE_SECONDS),
        # each host once, and a connection that was closed while it lay idle
        max_retries=len(address.hosts),
        retry_on_status=(),
    )


def _signed(user: str, password: str) -> dict[str, str]:
    """Basic authentication in UTF-8; the client knows only Latin-1."""
    return {"authorization": f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"}


def patience(seconds: float) -> Timeout:
    """How long an answer is waited for; a machine that is off is noticed sooner."""
    return Timeout(connect=_CONNECT_SECONDS, read=seconds)


@contextmanager
def failures_named() -> Iterator[None]:
    """Say in our words what the client says in its own.

    A wrong password, too, is ``index-unavailable``: it is no fault of the page that was to
    be indexed, which must not be set aside for it.

    Raises:
        Transient: ``index-unavailable``, or ``index-untrusted`` when whoever answers does not
            prove to be OpenSearch of our authority.
        Broken: ``index-search-failed``, OpenSearch does not understand us.
    """
    try:
        yield
    except SSLError as error:
        name = "SANDYQ_SEARCH_CA_FILE"
        raise Transient("index-untrusted", name=name, detail=str(error.info)) from error
    except OpenSearchException as error:
        if is_misunderstanding(error):
            raise Broken("index-search-failed", detail=str(error)) from error
        raise Transient("index-unavailable", detail=_said(error)) from error


def status(error: OpenSearchException) -> int:
    """The status of an answer; 0 if there was none."""
    told = error.status_code if isinstance(error, TransportError) else 0
    return told if isinstance(told, int) else 0


def is_misunderstanding(error: OpenSearchException) -> bool:
    """Whether the same request would be refused for ever."""
    return status(error) in {400, 405, 406, 413, 415}


def _said(error: OpenSearchException) -> str:
    """A few words for the log: the status, or the kind of failure."""
    return str(status(error) or type(error).__name__)


def reason_of(error: Mapping[str, Any]) -> str:
    """The innermost reason of an error in an answer."""
    cause = error
    while isinstance(cause.get("caused_by"), Mapping):
        cause = cause["caused_by"]
    return f"{error.get('type')}: {cause.get('reason')}"
