"""What a visitor sees when the database is down, and questions that only a server minds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from archive.duties import Role
from storage.settings import Settings
from tests.engines.postgresql_server import OwnServer
from tests.sample_home import settings_for
from tests.web.people import Portico, portico
from web.app import create_app
from web.portal import Portal

LARGE, HUGE = 10**11, 10**23  # for a column of 4 bytes, and of 8
NONSENSE = [
    "/search?q=a%00b", "/suggest?q=a%00b", "/works/a%00b", "/works/a%00b/pages/1",
    "/authors/%00", "/collections/%00", "/iiif/a%00b/manifest",
    "/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=a%00b",
    "/oai?verb=ListRecords&metadataPrefix=oai_dc&set=a%00b",
    "/desk/history/works/a%00b", "/desk/accounts?q=a%00b", "/desk/agreements?q=a%00b",
    f"/desk/accounts/{LARGE}", f"/desk/accounts/{HUGE}", f"/desk/agreements/{LARGE}",
    f"/desk/catalogue/{LARGE}", f"/search?q=a&from={LARGE}", f"/search?q=a&page={HUGE}",
    f"/authors?page={HUGE}",
]  # fmt: skip


class TestDown:
    @pytest.fixture
    def browser(self, tmp_path: Path, own_postgresql: OwnServer) -> Iterator[FlaskClient]:
        database = f"{own_postgresql.address}postgres"
        app = create_app(settings_for(tmp_path / "var", database=database))
        yield app.test_client()
        portal = app.extensions["sandyq"]
        assert isinstance(portal, Portal)
        portal.storage.close()

    def test_a_page_says_so_and_the_next_one_after_the_return_is_there(
        self, browser: FlaskClient, own_postgresql: OwnServer
    ) -> None:
        assert browser.get("/").status_code == 200
        own_postgresql.kill()
        down = [browser.get(path) for path in ("/", "/works/nothing", "/oai?verb=Identify")]
        own_postgresql.start()
        assert [answer.status_code for answer in down] == [503, 503, 503]
        assert down[0].headers["Retry-After"] == "10"
        assert browser.get("/").status_code == 200


@pytest.mark.every_database
class TestQuestions:
    @pytest.fixture
    def here(self, settings: Settings) -> Iterator[Portico]:
        made = portico(settings)
        made.opened(Role.ADMINISTRATOR)
        yield made
        made.portal.storage.close()

    def test_nonsense_is_no_fault_of_ours(self, here: Portico) -> None:
        browser = here.signed_in()
        answers = {path: browser.get(path).status_code for path in NONSENSE}
        assert {path: code for path, code in answers.items() if code >= 500} == {}
        assert set(answers.values()) > {404}
