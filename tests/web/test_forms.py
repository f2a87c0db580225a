"""Does no route change anything for a form that is not ours? The routes come from the URL map."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from werkzeug.routing import Rule

from archive.duties import Role
from storage.settings import Settings
from tests.web.people import PASSWORD, Portico, portico, token

CHANGES = {"POST", "PUT", "PATCH", "DELETE"}

# Routes without the form's token, each with its reason. The first bring a secret of their own
# in a header, which no browser sends by itself: with the cookie alone they must refuse.
SECRET_OF_THEIR_OWN: Mapping[str, str] = dict.fromkeys(
    (
        "tus.create", "tus.go_on", "tus.drop", "tus.overridden",
        "deposits.begin", "deposits.begin_files", "deposits.order", "deposits.finish",
    ),
    "a station brings its token, a person's script the form's token in a header",
)  # fmt: skip
CHANGES_NOTHING: Mapping[str, str] = {"harvesting.oai": "the protocol wants POST answered too"}
WITHOUT_A_TOKEN = {**SECRET_OF_THEIR_OWN, **CHANGES_NOTHING}

TUS = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "Upload-Offset": "0"}

ANYTHING = {"int": 1, "path": "x", "default": "x", "string": "x"}


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portico]:
    made = portico(Settings(home=tmp_path_factory.mktemp("forms") / "var", language="en"))
    made.opened(Role.ADMINISTRATOR)
    yield made
    made.portal.storage.close()


def changing(here: Portico) -> list[tuple[Rule, str, str]]:
    """Every route that changes something, with an address of it and its method."""
    return [
        (rule, address(here, rule), method)
        for rule in here.app.url_map.iter_rules()
        for method in sorted(CHANGES & (rule.methods or set()))
    ]


def address(here: Portico, rule: Rule) -> str:
    kinds = re.findall(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", rule.rule)
    values = {name: ANYTHING.get(kind or "default", "x") for kind, name in kinds}
    return here.app.url_map.bind("").build(
        rule.endpoint, values, method=min(CHANGES & (rule.methods or set()))
    )


def test_there_are_such_routes(here: Portico) -> None:
    assert len(changing(here)) > 10


@pytest.mark.parametrize("what", ["nothing", "another session's", "nonsense"])
def test_every_form_needs_its_token(here: Portico, what: str) -> None:
    tokens = {"another session's": token(here.browser()), "nonsense": "x"}
    for client in (here.browser(), here.signed_in()):
        for rule, path, method in changing(here):
            if rule.endpoint in WITHOUT_A_TOKEN:
                continue
            form = {"csrf_token": tokens[what]} if what in tokens else {}
            answer = client.open(path, method=method, data=form)
            assert answer.status_code == 400, (method, path)
    assert client.get("/account").status_code == 200  # nobody was signed out


def test_a_secret_of_its_own_is_asked_for(here: Portico) -> None:
    client = here.signed_in()
    for rule, path, method in changing(here):
        if rule.endpoint in SECRET_OF_THEIR_OWN:
            answer = client.open(path, method=method, headers=TUS)
            assert answer.status_code in {400, 401, 403, 405}, (method, path)


def test_the_list_of_exceptions_names_only_routes_there_are(here: Portico) -> None:
    assert set(WITHOUT_A_TOKEN) <= {rule.endpoint for rule, _, _ in changing(here)}


def test_with_its_token_a_form_is_taken(here: Portico) -> None:
    client = here.browser()
    form = {"csrf_token": token(client), "name": "aigul", "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 303


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("kk", "Бұл бет тым ұзақ ашық тұрды"),
        ("ru", "Эта страница была открыта слишком долго"),
        ("en", "This page was open too long"),
    ],
)
def test_a_person_is_told_what_to_do(here: Portico, language: str, told: str) -> None:
    answer = here.browser().post(f"/sign-in?lang={language}", data={"name": "aigul"})
    assert answer.status_code == 400
    assert told in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
