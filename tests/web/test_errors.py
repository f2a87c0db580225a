"""Is what was refused told in the visitor's words, and what does not exist a 404?"""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape

import pytest

from archive.duties import Role
from storage.errors import Refused
from storage.settings import Settings
from tests.web.people import Portico, portico
from web.language import catalogue
from web.refusals import told


def _refuse() -> str:
    raise Refused("bad-date", value="2026-13-01")


@pytest.fixture
def here(settings: Settings) -> Iterator[Portico]:
    made = portico(settings)
    made.app.add_url_rule("/refuse", view_func=_refuse)
    made.app.add_url_rule("/oai-refuse", view_func=_refuse)
    yield made
    made.portal.storage.close()


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_a_refusal_names_the_value_and_what_to_do(here: Portico, language: str) -> None:
    answer = here.browser().get(f"/refuse?lang={language}")
    assert answer.status_code == 400
    explained = told("bad-date", {"value": "2026-13-01"}, catalogue(language).gettext)
    assert "2026-13-01" in explained.fact
    assert explained.fact in unescape(answer.text)
    assert explained.advice in unescape(answer.text)


def test_a_program_gets_the_reason(here: Portico) -> None:
    answer = here.browser().get("/oai-refuse")
    assert (answer.status_code, answer.json and answer.json["title"]) == (400, "bad-date")


@pytest.mark.parametrize("kind", ["works", "pages"])
def test_what_does_not_exist_is_404(here: Portico, kind: str) -> None:
    here.opened(Role.OPERATOR)
    assert here.signed_in().get(f"/desk/history/{kind}/nothing").status_code == 404


def test_from_somebody_elses_desk_the_way_leads_to_ones_own(here: Portico) -> None:
    here.opened(Role.OPERATOR)
    refused = here.signed_in().get("/desk/agreements")
    assert refused.status_code == 403
    assert '<a class="btn" href="/desk">' in refused.text


def test_a_reader_is_shown_no_way_to_desks(here: Portico) -> None:
    here.opened(Role.READER)
    refused = here.signed_in("aigul@example.org").get("/desk/agreements")
    assert refused.status_code == 403
    assert 'href="/desk"' not in refused.text
