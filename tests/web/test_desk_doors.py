"""Roles × routes of the desks, against a table by hand. The routes come from the URL map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from archive.duties import Role
from storage.settings import Settings
from tests.web.people import Portico, portico

FILE = Path(__file__).parent.parent / "data" / "desk_doors.yaml"
TABLE: Mapping[str, list[str]] = yaml.safe_load(FILE.read_text("utf-8"))
DESKS = sorted(name for name in TABLE if name != "public" and "." not in name)
NOBODY = "nobody"
VISITORS = (NOBODY, *(role.value for role in Role))
TUS = {
    "Tus-Resumable": "1.0.0",
    "Upload-Length": "1",
    "Upload-Offset": "0",
    "X-HTTP-Method-Override": "PATCH",
}
# The address of a form alone, as the language switch asks for it: leads to the desk's own.
LEADS_BACK = {"account.back"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portico]:
    """An empty portal that asks no form for its token: a role must be refused by its duty."""
    made = portico(Settings(home=tmp_path_factory.mktemp("desks") / "var", language="en"))
    made.app.config["WTF_CSRF_ENABLED"] = True
    for role in Role:
        made.opened(role, role.value)
    yield made
    made.portal.storage.close()


@pytest.fixture(scope="module")
def browsers(here: Portico) -> Mapping[str, FlaskClient]:
    names = {role.value: role.value for role in Role} | {"reader": "reader@example.org"}
    found = {role: here.signed_in(name) for role, name in names.items()}
    here.app.config["WTF_CSRF_ENABLED"] = False
    return {NOBODY: here.browser(), **found}


def blueprint_of(rule: Rule) -> str:
    return str(rule.endpoint).partition(".")[0]


def asked(here: Portico, desk: str) -> list[tuple[str, str, str]]:
    """Route, method and address of every route of a desk; what it names is not there."""
    return [
        (
            rule.endpoint,
            method,
            re.sub(r"<int:\w+>", "7", re.sub(r"<(?:path:)?\w+>", "x", rule.rule)),
        )
        for rule in here.app.url_map.iter_rules()
        if blueprint_of(rule) == desk and rule.endpoint not in LEADS_BACK
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def is_in(client: FlaskClient, method: str, path: str) -> bool:
    """Whether the answer is the desk's own, be it that there is no such thing."""
    answer = client.open(path, method=method, headers=TUS)
    led_away = answer.headers.get("Location", "").startswith("/sign-in")
    return answer.status_code not in {401, 403} and not led_away


def test_every_blueprint_stands_in_the_table(here: Portico) -> None:
    there = {blueprint_of(rule) for rule in here.app.url_map.iter_rules()}
    assert there == set(DESKS) | set(TABLE["public"])


@pytest.mark.parametrize("desk", DESKS)
def test_a_desk_lets_in_whom_the_table_says(
    here: Portico, browsers: Mapping[str, FlaskClient], desk: str
) -> None:
    for route, method, path in asked(here, desk):
        told = TABLE.get(route, TABLE[desk])
        let_in = [visitor for visitor in VISITORS if is_in(browsers[visitor], method, path)]
        assert let_in == [each for each in VISITORS if each in told], (method, path)
