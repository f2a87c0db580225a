"""Does docker-compose.yml name only settings, files and addresses that there are?"""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from storage.errors import Refused
from storage.settings import Settings
from web.app import create_app

ROOT = Path(__file__).resolve().parent.parent
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
RESTARTS = {"always", "unless-stopped", "on-failure"}


def settings_of(service: dict[str, Any]) -> Settings:
    """What the service is told, as the program itself reads it (an unknown name is refused)."""
    told = {name: str(value) for name, value in service["environment"].items()}
    assert all(name.startswith("SANDYQ_") for name in told)
    return Settings.from_environment(told)


def check_service(compose: dict[str, Any], name: str) -> None:
    """Everything that is asked of a service that runs unwatched."""
    service = compose["services"][name]
    settings = settings_of(service)
    assert service["restart"] in RESTARTS
    assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert f":{settings.port}/help" in " ".join(service["healthcheck"]["test"])
    assert [port.rpartition(":")[2] for port in service["ports"]] == [str(settings.port)]
    mounted = dict(volume.split(":")[:2] for volume in service["volumes"])
    assert str(settings.home) in mounted.values(), "what is kept would be lost with the container"
    assert set(mounted) <= set(compose["volumes"])
    assert (ROOT / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


@pytest.mark.parametrize("name", COMPOSE["services"])
class TestService:
    def test_it_is_as_it_must_be(self, name: str) -> None:
        check_service(COMPOSE, name)

    @pytest.mark.parametrize(
        "spoil",
        [
            lambda service: service.pop("restart"),
            lambda service: service.pop("healthcheck"),
            lambda service: service["environment"].update(SANDYQ_PROT="1"),
            lambda service: service["environment"].update(SANDYQ_PORT="9"),
            lambda service: service["environment"].update(SANDYQ_HOME="/elsewhere"),
            lambda service: service["build"].update(dockerfile="Dockerfile.gone"),
        ],
        ids=["restart", "health", "setting", "port", "home", "build"],
    )
    def test_a_mistake_would_be_seen(
        self, name: str, spoil: Callable[[dict[str, Any]], object]
    ) -> None:
        spoiled = deepcopy(COMPOSE)
        spoil(spoiled["services"][name])
        with pytest.raises((AssertionError, KeyError, Refused)):
            check_service(spoiled, name)


def test_the_address_that_is_asked_for_health_answers(settings: Settings) -> None:
    assert create_app(settings).test_client().get("/help").status_code == 200


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

    def test_python_is_new_enough(self) -> None:
        (version,) = re.findall(r"^FROM python:3\.(\d+)-slim$", self.TEXT, re.MULTILINE)
        assert int(version) >= 11

    def test_nothing_that_this_machine_made_goes_in(self) -> None:
        """What git leaves out, the image leaves out: it is made anew inside."""
        left_out = {line.strip("/") for line in _lines(ROOT / ".gitignore")}
        inside = set(_lines(ROOT / ".ci" / "Dockerfile.dockerignore"))
        assert {line for line in left_out if "*" not in line and line != "__pycache__"} <= inside
        assert {"**/*.mo", "**/__pycache__", ".git"} <= inside


def _lines(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").split()
