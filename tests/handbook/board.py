"""The pictures of signing in and of the board of jobs, for each of the three roles."""

from __future__ import annotations

from pathlib import Path

from archive.duties import Role
from tests.handbook.studio import Studio, seat
from tests.web.browsing import served
from tests.web.work_at_desk import WorkingLibrary, working_library

NAMES = (
    "sign-in", "desks", "board", "board-pages", "board-cataloguer",
    "board-rights-officer",
)  # fmt: skip
WHICH_PAGES = "#waiting details.told summary"


def walk(studio: Studio, home: Path) -> None:
    library = working_library(home)
    with served(library.app) as address:
        _operator(studio, library, address)
        for role, name, person in (
            (Role.CATALOGUER, "board-cataloguer", "Гүлнар Ахметова"),
            (Role.RIGHTS_OFFICER, "board-rights-officer", "Дәурен Оспанов"),
        ):
            with studio.window(address, seat(library.portal, role, person)) as camera:
                camera.page.goto("/desk/work")
                camera.take(name, until="#waiting")
    library.portal.storage.close()


def _operator(studio: Studio, library: WorkingLibrary, address: str) -> None:
    with studio.window(address) as camera:
        camera.page.goto("/sign-in")
        camera.take("sign-in", until="main form")
    secret = seat(library.portal, Role.OPERATOR, "Айгүл Сейітова")
    with studio.window(address, secret) as camera:
        camera.page.goto("/desk")
        camera.take("desks", until=".desks")
        camera.page.goto("/desk/work")
        camera.take("board", until="#working")
        camera.page.click(f"{WHICH_PAGES} >> nth=0")
        camera.take("board-pages", of="#waiting .job")
