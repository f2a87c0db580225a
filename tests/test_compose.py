"""Are the containers that a library gets watched, confined, and without a known password?"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from storage.settings import PREFIX, Settings
from tests.compose_file import (
    HEALTH,
    ROOT,
    complaints,
    in_bytes,
    read_compose,
    read_variables,
    settings_of,
    variables_of,
)
from tests.engines import opensearch
from web.app import create_app

COMPOSE = read_compose("docker-compose.yml", read_variables())
HTTPS = ".ci/compose/https.yml"
EMBEDDED = read_compose("docker-compose.embedded.yml", {})
FULL = {"COPIES_FOLDER": "/mnt/copies", "LIBRARY_FILE": "/srv/library.yaml"}
"""What a library adds."""


def test_nothing_is_wrong_with_it() -> None:
    assert complaints(COMPOSE) == []
    assert complaints(read_compose("docker-compose.yml", {})) == []


def _of(name: str) -> Callable[[Any], Any]:
    return lambda compose: compose["services"][name]


def _told(name: str, **changes: str) -> Callable[[Any], object]:
    return lambda compose: compose["services"][name]["environment"].update(changes)


SPOILT: dict[str, tuple[Callable[[Any], object], str]] = {
    "no restart": (lambda c: c["services"]["s3"].pop("restart"), "s3: is not started again"),
    "no health": (lambda c: c["services"]["books"].pop("healthcheck"), "books: is not asked"),
    "health off": (
        lambda c: c["services"]["broker"]["healthcheck"].update(test=["NONE"]),
        "broker: is not asked",
    ),
    "no log limit": (lambda c: c["services"]["web"].pop("logging"), "web: fills the disk"),
    "no memory limit": (lambda c: c["services"]["pages"].pop("mem_limit"), "pages: takes all"),
    "too much memory": (lambda c: c["services"]["search"].update(mem_limit="3g"), "all together"),
    "capabilities": (lambda c: c["services"]["web"].pop("cap_drop"), "web: has capabilities"),
    "one more": (
        lambda c: c["services"]["s3"].update(cap_add=["SYS_ADMIN"]),
        "s3: has capabilities",
    ),
    "privileges": (lambda c: c["services"]["pages"].pop("security_opt"), "pages: may gain"),
    "host network": (lambda c: c["services"]["web"].update(network_mode="host"), "web: is not ap"),
    "writable": (lambda c: c["services"]["scheduler"].pop("read_only"), "scheduler: may change"),
    "latest": (
        lambda c: c["services"]["s3"].update(image="versity/versitygw:latest"),
        "s3: has no vers",
    ),
    "no tag": (
        lambda c: c["services"]["database"].update(image="postgres"),
        "database: has no version",
    ),
    "no Dockerfile": (
        lambda c: c["services"]["web"]["build"].update(dockerfile="gone"),
        "web: is built of",
    ),
    "published engine": (
        lambda c: c["services"]["database"].update(ports=["5432:5432"]),
        "database: is published",
    ),
    "published portal": (
        lambda c: c["services"]["web"].update(ports=["8000:8000"]),
        "web: is published",
    ),
    "engine with a way out": (
        lambda c: c["services"]["search"].update(networks=["engines", "front"]),
        "search: is on a network",
    ),
    "open network": (lambda c: c["networks"]["engines"].pop("internal"), "database: is on a netw"),
    "nginx at the engines": (
        lambda c: c["services"]["nginx"]["networks"].update(engines={}),
        "nginx: reaches",
    ),
    "rows lost": (lambda c: c["services"]["database"]["volumes"].pop(0), "database: keeps nothing"),
    "bytes elsewhere": (
        lambda c: c["services"]["s3"]["volumes"].append("other:/data"),
        "s3: has a volume",
    ),
    "no such file": (
        lambda c: c["services"]["nginx"]["volumes"].append("./gone.conf:/etc/gone:ro"),
        "nginx: mounts what is not there",
    ),
    "unknown setting": (_told("web", SANDYQ_PROT="1"), "web: is told nonsense"),
    "no setting": (_told("pages", TZ="UTC"), "pages: is told what is no setting"),
    "another port": (_told("web", SANDYQ_PORT="9"), "web: is asked for its health where"),
    "another database": (
        _told("books", SANDYQ_DATABASE="postgresql://elsewhere/sandyq"),
        "books: does not reach",
    ),
    "search not encrypted": (
        _told("web", SANDYQ_SEARCH="opensearch://search:9200/sandyq"),
        "web: does not ask",
    ),
    "no authority": (
        lambda c: c["services"]["web"]["environment"].pop("SANDYQ_SEARCH_CA_FILE"),
        "web: does not ask",
    ),
    "no password": (
        lambda c: c["services"]["pages"]["environment"].pop("SANDYQ_BROKER_PASSWORD_FILE"),
        "pages: has no password for broker",
    ),
    "password in a URL": (
        _told("web", SANDYQ_BROKER="redis://:known@broker:6379/0"),
        "web: is told a password",
    ),
    "password of PostgreSQL": (
        _told("database", POSTGRES_PASSWORD="known"),
        "database: is told a secret",
    ),
    "no password of PostgreSQL": (
        _told("database", POSTGRES_PASSWORD_FILE="/run/secrets/gone"),
        "database: is not given the file",
    ),
    "password of OpenSearch": (
        _told("search", OPENSEARCH_INITIAL_ADMIN_PASSWORD="known"),
        "search: is told a secret",
    ),
    "demonstration": (
        lambda c: c["services"]["search"]["environment"].pop("DISABLE_INSTALL_DEMO_CONFIG"),
        "search: takes keys",
    ),
    "security off": (_told("search", DISABLE_SECURITY_PLUGIN="true"), "search: lets everybody in"),
    "password in a command": (
        lambda c: c["services"]["broker"]["entrypoint"].extend(["--requirepass", "known"]),
        "broker: is told a secret in its command",
    ),
    "secret not given": (
        lambda c: c["services"]["broker"]["secrets"].remove("broker.conf"),
        "broker: is not given broker.conf",
    ),
    "secret of nobody": (
        lambda c: c["secrets"].update({"more": {"file": "./secrets/more"}}),
        "nobody is given more",
    ),
    "secret in git": (
        lambda c: c["secrets"].update({"s3_secret": {"file": "./.ci/s3_secret"}}),
        "s3_secret lies elsewhere",
    ),
    "two schedulers": (
        lambda c: c["services"]["pages"]["command"].extend(["--only", "scheduler"]),
        "the work is not shared out",
    ),
    "nobody indexes": (
        lambda c: c["services"]["books"].update(
            command=[".venv/bin/sandyq", "worker", "--only", "books"]
        ),
        "the work is not shared out",
    ),
    "another's health": (
        lambda c: c["services"]["pages"]["healthcheck"]["test"].__setitem__(-1, "scheduler"),
        "pages: is asked for others' work",
    ),
    "all proxies believed": (
        _told("web", SANDYQ_TRUSTED_PROXIES="10.0.0.0/8"),
        "the portal believes somebody else",
    ),
    "portal moved": (
        lambda c: c["services"]["web"]["networks"]["front"].update(ipv4_address="10.213.77.9"),
        "nginx looks for the portal elsewhere",
    ),
    "nginx's port": (
        lambda c: c["services"]["nginx"].update(ports=["80:80"]),
        "nginx listens elsewhere",
    ),
    "waits for nobody": (
        lambda c: c["services"]["web"]["depends_on"].update(gone={}),
        "web: waits for what",
    ),
}


@pytest.mark.parametrize(("spoil", "told"), SPOILT.values(), ids=SPOILT)
def test_a_mistake_would_be_seen(spoil: Callable[[Any], object], told: str) -> None:
    spoilt = deepcopy(COMPOSE)
    spoil(spoilt)
    assert [each for each in complaints(spoilt) if each.startswith(told)]


class TestVariables:
    TOLD = read_variables()

    def test_each_is_asked_for_and_each_that_is_asked_for_is_told(self) -> None:
        asked = variables_of("docker-compose.yml") | variables_of(HTTPS)
        assert asked == set(self.TOLD) - {"COMPOSE_FILE"}

    def test_those_of_ours_are_settings(self) -> None:
        known = {PREFIX + field.name.upper() for field in fields(Settings)}
        assert {name for name in self.TOLD if name.startswith(PREFIX)} <= known

    def test_none_is_for_a_password(self) -> None:
        assert not [name for name in self.TOLD if re.search("PASSW|SECRET|KEY|TOKEN", name)]

    def test_what_is_not_told_is_as_it_is_without_containers(self) -> None:
        """Nobody need copy the file to try it."""
        settings = settings_of(read_compose("docker-compose.yml", {})["services"]["scheduler"])
        assert (settings.copies, settings.library, settings.smtp) == (None, None, "")
        alone = Settings()
        for name in ("language", "time_zone", "two_person", "mail_from", "cache_mb"):
            assert getattr(settings, name) == getattr(alone, name), name

    def test_copies_and_names_of_a_library_get_where_they_are_looked_for(self) -> None:
        services = read_compose("docker-compose.yml", {**self.TOLD, **FULL})["services"]
        for name in ("web", "scheduler"):
            settings = settings_of(services[name])
            mounted = dict(volume.split(":")[:2] for volume in services[name]["volumes"])
            assert mounted["/mnt/copies"] == str(settings.copies)
            assert mounted["/srv/library.yaml"] == str(settings.library)
        writable = {name for name, each in services.items()
                    if any(str(volume) == "/mnt/copies:/copies"
                           for volume in each.get("volumes", []))}  # fmt: skip
        assert writable == {"scheduler"}

    def test_the_files_that_are_named_are_there(self) -> None:
        named = re.findall(r"COMPOSE_FILE=(\S+)", (ROOT / ".env.example").read_text())
        assert len(named) == 2
        assert all((ROOT / file).is_file() for each in named for file in each.split(":"))


def test_search_is_of_the_version_that_is_proved() -> None:
    image = COMPOSE["services"]["search"]["image"]
    assert opensearch.VERSION.startswith(image.rpartition(":")[2])


def test_java_leaves_half_of_its_memory_to_the_files_it_reads() -> None:
    search = COMPOSE["services"]["search"]
    heap = re.findall(r"-Xm[sx](\d+m)", search["environment"]["OPENSEARCH_JAVA_OPTS"])
    assert len(set(heap)) == 1
    assert 2 * in_bytes(heap[0]) <= in_bytes(search["mem_limit"])


def test_the_address_that_is_asked_for_health_answers(settings: Settings) -> None:
    assert create_app(settings).test_client().get(HEALTH).status_code == 200


def test_without_engines_there_is_one_watched_container() -> None:
    """For a small library: its settings are read, it is watched, and what it has is kept."""
    ((name, service),) = EMBEDDED["services"].items()
    settings = settings_of(service)
    assert name == "sandyq"
    assert service["restart"] == "unless-stopped"
    assert f":{settings.port}{HEALTH}" in str(service["healthcheck"]["test"])
    assert service["ports"] == [f"127.0.0.1:{settings.port}:{settings.port}"]
    assert service["volumes"] == [f"sandyq:{settings.home}"]
    assert set(EMBEDDED["volumes"]) == {"sandyq"}
    assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_a_certificate_is_mounted_where_nginx_looks_for_it() -> None:
    more = read_compose(HTTPS, read_variables())
    (service,) = more["services"].values()
    told = (ROOT / ".ci" / "compose" / "https.conf").read_text(encoding="utf-8")
    assert re.findall(r"/run/secrets/([\w.]+);", told) == service["secrets"] == [*more["secrets"]]
    (port,) = service["ports"]
    assert f"listen {port.rpartition(':')[2]} ssl;" in told
    (source, target, _) = service["volumes"][0].split(":")
    assert (ROOT / source).is_file()
    assert f"include {target.rpartition('/')[0]}/*.conf;" in (
        ROOT / ".ci" / "compose" / "nginx.conf"
    ).read_text(encoding="utf-8")


class TestImage:
    TEXT = (ROOT / ".ci" / "Dockerfile").read_text(encoding="utf-8")

    def test_it_is_set_up_by_a_habit(self) -> None:
        habits = re.findall(r"\bmake ([a-z-]+)", self.TEXT)
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
        assert habits == ["setup"]
        assert "\nsetup:" in makefile

    def test_it_does_not_run_as_root(self) -> None:
        assert re.findall(r"^USER (\w+)$", self.TEXT, re.MULTILINE) == ["sandyq"]
        assert self.TEXT.index("USER") < self.TEXT.index("CMD")

    def test_whoever_owns_the_folder_of_copies_is_told_the_right_number(self) -> None:
        (number,) = re.findall(r"--uid (\d+)", self.TEXT)
        assert f"chown {number}:{number} FOLDER" in (ROOT / ".env.example").read_text()
        assert f"--gid {number}" in self.TEXT

    def test_python_is_new_enough(self) -> None:
        (version,) = re.findall(r"^FROM python:3\.(\d+)-slim-bookworm$", self.TEXT, re.MULTILINE)
        assert int(version) >= 11

    def test_rows_are_copied_by_a_program_of_the_servers_version(self) -> None:
        (client,) = re.findall(r"postgresql-client-(\d+)", self.TEXT)
        assert COMPOSE["services"]["database"]["image"] == f"postgres:{client}-bookworm"

    def test_nothing_that_this_machine_made_goes_in(self) -> None:
        """What git leaves out, the image leaves out: it is made anew inside."""
        left_out = {line.strip("/") for line in _lines(ROOT / ".gitignore")}
        inside = set(_lines(ROOT / ".ci" / "Dockerfile.dockerignore"))
        assert {line for line in left_out if "*" not in line and line != "__pycache__"} <= inside
        assert {"**/*.mo", "**/__pycache__", ".git", "secrets", ".env"} <= inside


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()
