"""Does the portal itself pass the IIIF consortium's validator (Image API 3.0, level 2)?

Its test image goes in like any scan: kept, registered, characterised and derived
by the worker's own steps, and is asked for at the portal's own addresses.
`tests/web/test_iiif_image_validator.py` has the same for the image code alone,
and shows why one test of the validator is wrong.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from iiif_validator.validator import TestSuite as ValidatorSuite  # type: ignore[import-untyped]
from iiif_validator.validator import ValidationInfo
from PIL import Image
from sqlalchemy import select
from werkzeug.serving import WSGIRequestHandler, make_server

from archive.handover import Description
from archive.migrations import upgrade
from archive.representations import Page
from archive.rights import Facts, Level
from tests.pipeline.closed_library import WHEN_CLOSED, work_off, workshop_on
from tests.pipeline.inventory import portal_of, take_inventory
from tests.sample_home import settings_for
from web.app import create_app
from web.deposit import Handover, keep_file, register_book

LEVEL = 2
WRONG = frozenset({"size_noup"})
FREE = Facts("http://creativecommons.org/publicdomain/mark/1.0/", Level.EVERYBODY)
PREFIX = "iiif/image/3"


def squares() -> Image.Image:
    """The validator's test image: ten by ten squares of 100 px in known colours."""
    image = Image.new("RGB", (1000, 1000))
    for x, column in enumerate(ValidationInfo().colorInfo):
        for y, colour in enumerate(column):
            image.paste(colour, (x * 100, y * 100, x * 100 + 100, y * 100 + 100))
    return image


class Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002
        del type, message, args


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose one page is the test image."""
    folder = tmp_path_factory.mktemp("squares")
    squares().save(folder / "squares.png", dpi=(300, 300))
    home = folder / "var"
    workshop = workshop_on(home, lambda: WHEN_CLOSED)
    storage = workshop.storage
    upgrade(storage.rows)
    _, pages = register_book(
        storage,
        workshop.queue,
        Handover(Description(title="Squares", language="ru", rights=FREE), str(folder), "test"),
        [keep_file(storage.blobs, folder / "squares.png")],
        now=workshop.now,
        today=workshop.today(),
        chance=workshop.chance,
    )
    assert len(list(pages)) == 1
    work_off(workshop)
    with storage.rows.reading() as session:
        assert session.scalars(select(Page).where(Page.access_id.is_not(None))).one().width == 1000
    storage.close()
    return home


@pytest.fixture(scope="module")
def server(home: Path) -> Iterator[tuple[str, str]]:
    """Host and port of the portal, and the name of the image there."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
        app = create_app(settings_for(home, base_url=f"http://{host}"), now=lambda: WHEN_CLOSED)
        [book] = take_inventory(app).books
        made = make_server(
            "127.0.0.1",
            0,
            app,
            request_handler=Silent,
            threaded=True,
            fd=listening.fileno(),
        )
    thread = threading.Thread(target=made.serve_forever)
    thread.start()
    yield host, book.leaves[0].image
    made.shutdown()
    thread.join()
    made.server_close()
    portal_of(app).storage.close()


def names() -> list[str]:
    """What the validator asks of a level 2 service, without what is wrong in it."""
    offered = ValidatorSuite(ValidationInfo()).list_tests("3.0")
    asked = {name for name, told in offered.items() if told["level"] <= LEVEL}
    assert asked >= WRONG
    return sorted(asked - WRONG)


def test_the_validator_finds_nothing_wrong(server: tuple[str, str]) -> None:
    host, image = server
    wanted = [*names(), "rot_mirror", "rot_mirror_180"]
    script = Path(sysconfig.get_path("scripts")) / "iiif-validate.py"
    chosen = [part for name in wanted for part in ("--test", name)]
    ended = subprocess.run(
        [sys.executable, str(script), "-s", host, "-p", PREFIX, "-i", image,
         "--version", "3.0", *chosen],
        env={**os.environ, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert f"Done ({len(wanted)} tests, 0 failures)" in ended.stderr, ended.stderr
    assert ended.returncode == 0
