"""Where everything is kept and how it is run: one frozen value, read once.

Every variable begins with ``SANDYQ_`` and has a default that needs no server.
`docs/settings.md` describes each; a test holds the two together.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from storage.errors import Refused

PREFIX = "SANDYQ_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every choice an administrator can make; each field is documented in its metadata."""

    home: Path = field(default=Path("var"), metadata={"help": "folder that holds everything kept"})
    database: str = field(
        default="",
        metadata={"help": "rows: sqlite:///PATH (empty means HOME/sandyq.sqlite) or postgresql://"},
    )
    database_password_file: Path | None = field(
        default=None, metadata={"help": "file that holds the password of the database's user"}
    )
    database_ca_file: Path | None = field(
        default=None,
        metadata={"help": "certificates of the database's authority, PEM: it must prove itself"},
    )
    blobs: str = field(
        default="",
        metadata={"help": "bytes: file:///PATH or s3://BUCKET/PREFIX; empty means HOME/blobs"},
    )
    s3_endpoint: str = field(
        default="", metadata={"help": "address of the S3 service; empty means Amazon's own"}
    )
    s3_region: str = field(default="us-east-1", metadata={"help": "region that S3 requests name"})
    s3_access_key: str = field(default="", metadata={"help": "name of the key that S3 knows us by"})
    s3_secret_file: Path | None = field(
        default=None, metadata={"help": "file with the secret of that key, read at the start"}
    )
    s3_ca_file: Path | None = field(
        default=None,
        metadata={"help": "certificates of the S3 service's authority, PEM; empty: usual ones"},
    )
    cache_mb: int = field(
        default=4000,
        metadata={"help": "MB of copies in HOME of what lies in S3, for tools that want files"},
    )
    search: str = field(
        default="",
        metadata={
            "help": "terms: tantivy:///PATH or opensearchs://USER@HOST:PORT/NAME; empty means "
            "HOME/index"
        },
    )
    search_password_file: Path | None = field(
        default=None, metadata={"help": "file with the password of the search engine's user"}
    )
    search_ca_file: Path | None = field(
        default=None,
        metadata={
            "help": "certificates of the search engine's authority, PEM; empty: the system's"
        },
    )
    broker: str = field(
        default="filesystem://", metadata={"help": "queue: Celery broker URL; files lie in HOME"}
    )
    broker_password_file: Path | None = field(
        default=None, metadata={"help": "file with the password of the queue's server"}
    )
    library: Path | None = field(
        default=None,
        metadata={"help": "YAML file with the library's own names and its branches"},
    )
    base_url: str = field(
        default="",
        metadata={"help": "public address of the portal, ASCII; empty means http://HOST:PORT"},
    )
    host: str = field(default="127.0.0.1", metadata={"help": "address the portal listens on"})
    port: int = field(default=8000, metadata={"help": "port the portal listens on"})
    language: str = field(
        default="kk", metadata={"help": "language of the command line: kk, ru or en"}
    )
    time_zone: str = field(
        default="Asia/Almaty", metadata={"help": "zone whose calendar day decides rights"}
    )
    trusted_proxies: str = field(
        default="",
        metadata={"help": "proxies whose X-Forwarded-For and -Proto are believed, CIDR, by commas"},
    )
    smtp: str = field(
        default="", metadata={"help": "mail server, smtp://HOST:PORT; empty: no letters are sent"}
    )
    mail_from: str = field(
        default="sandyq@localhost", metadata={"help": "address that letters come from"}
    )
    processes: int = field(
        default=os.cpu_count() or 1, metadata={"help": "worker processes, one a core"}
    )
    lease_seconds: int = field(
        default=600, metadata={"help": "after this long a step that has not finished is due again"}
    )
    sweep_seconds: int = field(default=60, metadata={"help": "how often due steps are looked for"})
    attempt_cap: int = field(
        default=3, metadata={"help": "attempts before a step is set aside for a person"}
    )
    index_wait_seconds: int = field(
        default=10,
        metadata={"help": "how long a page waits at most for others to be indexed with it"},
    )
    recognition_seconds: int = field(
        default=180, metadata={"help": "longest time one recognition of a page may take"}
    )

    copies: Path | None = field(
        default=None,
        metadata={"help": "folder on another disk that a copy is made to each night"},
    )

    log: str = field(
        default="plain",
        metadata={"help": "lines of the log: plain for a person, json for a program"},
    )
    metrics_token_file: Path | None = field(
        default=None,
        metadata={"help": "file with the secret by which /metrics is fetched; empty: by nobody"},
    )

    two_person: str = field(
        default="on",
        metadata={"help": "a second officer confirms each agreement: on or off"},
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Read the settings from environment variables.

        Raises:
            Refused: ``bad-setting`` with the variable's name and value, or
                ``unknown-setting`` for a name that is no setting.
        """
        given = {
            name: value for name, value in environment.items() if name.startswith(PREFIX) and value
        }
        known = {PREFIX + f.name.upper(): f for f in fields(cls)}
        for name in given:
            if name not in known:
                raise Refused("unknown-setting", name=name)
        return cls(
            **{known[name].name: _convert(known[name].name, value) for name, value in given.items()}
        )

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose calendar day decides rights."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise Refused("bad-setting", name=PREFIX + "TIME_ZONE", value=self.time_zone) from error

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.home / 'sandyq.sqlite').absolute()}"

    @property
    def blobs_url(self) -> str:
        return self.blobs or f"file://{(self.home / 'blobs').absolute()}"

    @property
    def search_url(self) -> str:
        return self.search or f"tantivy://{(self.home / 'index').absolute()}"

    @property
    def search_password(self) -> str:
        """The password that the file holds, "" if none was named.

        Raises:
            Refused: ``bad-setting``, the file cannot be read.
        """
        return _secret("SEARCH_PASSWORD_FILE", self.search_password_file)

    @property
    def broker_url(self) -> str:
        """The queue's URL with the password that the file holds: not to be told or logged.

        Raises:
            Refused: ``bad-setting``, the file cannot be read.
        """
        password = _secret("BROKER_PASSWORD_FILE", self.broker_password_file)
        parts = urlsplit(self.broker)
        if not password or not parts.hostname:
            return self.broker
        user, _, place = parts.netloc.rpartition("@")
        signed = f"{user.partition(':')[0]}:{quote(password, safe='')}@{place}"
        return urlunsplit(parts._replace(netloc=signed))

    @property
    def public_url(self) -> str:
        """The address under which readers and other programs reach the portal."""
        return self.base_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def needs_second_officer(self) -> bool:
        """Whether agreements need two officers; only a plain "off" says no."""
        return self.two_person != "off"

    @property
    def writes_json(self) -> bool:
        """Whether lines of the log are for a program.

        Raises:
            Refused: ``bad-setting``.
        """
        if self.log not in {"plain", "json"}:
            raise Refused("bad-setting", name=PREFIX + "LOG", value=self.log)
        return self.log == "json"

    @property
    def private_folder(self) -> Path:
        """Where signed agreements lie, apart from everything that has a public address."""
        return (self.home / "private").absolute()

    @property
    def cache_folder(self) -> Path:
        """Where copies lie of what a far store holds."""
        return (self.home / "cache").absolute()

    @property
    def queue_folder(self) -> Path:
        """Where the filesystem broker keeps its messages."""
        return (self.home / "queue").absolute()

    @property
    def uploads_folder(self) -> Path:
        """Where files lie that have not arrived whole."""
        return (self.home / "uploads").absolute()


_NUMBERS = {f.name for f in fields(Settings) if isinstance(f.default, int)}
_PATHS = {f.name for f in fields(Settings) if "Path" in str(f.type)}


def _secret(name: str, file: Path | None) -> str:
    """What a file of secrets holds, "" if none was named."""
    if file is None:
        return ""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        raise Refused("bad-setting", name=PREFIX + name, value=str(file)) from error


def _convert(name: str, value: str) -> Any:  # noqa: ANN401  (one value of many types)
    if name in _PATHS:
        return Path(value)
    if name not in _NUMBERS:
        return value
    try:
        number = int(value)
    except ValueError as error:
        raise Refused("bad-setting", name=PREFIX + name.upper(), value=value) from error
    if number < 1:
        raise Refused("bad-setting", name=PREFIX + name.upper(), value=value)
    return number
